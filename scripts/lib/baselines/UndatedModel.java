//DEPS org.tribuo:tribuo-classification-liblinear:4.3.2
//DEPS org.tribuo:tribuo-classification-libsvm:4.3.2
//DEPS org.tribuo:tribuo-classification-tree:4.3.2
//DEPS org.tribuo:tribuo-common-nearest-neighbour:4.3.2

package genrelab.baselines;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import java.util.List;
import java.util.Map;
import org.tribuo.classification.libsvm.protos.LibSVMClassificationModelProto;
import org.tribuo.classification.protos.DummyClassifierModelProto;
import org.tribuo.common.liblinear.protos.LibLinearModelProto;
import org.tribuo.common.nearest.protos.KNNModelProto;
import org.tribuo.common.tree.protos.TreeModelProto;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.protos.core.WeightedEnsembleModelProto;

/**
 * Tribuo's protobuf of a model without the date of its training, so that the same training gives
 * the same bytes; {@code run.json} has the date.
 */
final class UndatedModel {
  private static final String NO_DATE = "1970-01-01T00:00Z";

  private static final List<Class<? extends Message>> MODELS =
      List.of(
          DummyClassifierModelProto.class,
          KNNModelProto.class,
          LibLinearModelProto.class,
          LibSVMClassificationModelProto.class,
          TreeModelProto.class,
          WeightedEnsembleModelProto.class);

  private UndatedModel() {}

  /** The model with every date of its provenance, and of its members', set to 1970. */
  static ModelProto of(ModelProto model) {
    return (ModelProto) undated(model);
  }

  private static Message undated(Message message) {
    if (message instanceof Any any) {
      return undated(any);
    }
    if (message instanceof SimpleProvenanceProto simple
        && simple.getProvenanceClassName().equals(DateTimeProvenance.class.getName())) {
      return simple.toBuilder().setValue(NO_DATE).build();
    }
    Message.Builder copy = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          copy.setRepeatedField(field, i, undated((Message) message.getRepeatedField(field, i)));
        }
      } else {
        copy.setField(field, undated((Message) entry.getValue()));
      }
    }
    return copy.build();
  }

  private static Any undated(Any any) {
    try {
      for (Class<? extends Message> model : MODELS) {
        if (any.is(model)) {
          return Any.pack(undated(any.unpack(model)));
        }
      }
      return any;
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException(error); // Tribuo itself has just written it
    }
  }
}
