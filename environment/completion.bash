# shellcheck shell=bash
# Completes environment/jbang's aliases, their options and values in bash, 3.2 or newer:
#   source environment/completion.bash
# and in zsh (no test covers that) after:
#   autoload -U compinit bashcompinit; compinit; bashcompinit

# >>> written by: environment/jbang run scripts/test/kit/Completion.java
_genrelab_aliases='augment baseline bench classify cnn compact compare demo embed explore export fetch hybrid import kmeans logmel lstm mfcc report segment spark split study tsne verify'

# Sets options, values, list and files, by alias and before.
_genrelab_choices() {
  case $alias in
    augment) options='--copies --force --help --noise --out --pitch --quiet --seed --segments --split --stretch --threads --verbose --version' ;;
    baseline) options='--class-weights --cost --features --fold --force --help --level --method --name --out --quiet --seed --split --split-by --summary --threads --verbose --version' ;;
    bench) options='--corpus --features --force --help --json --mp3 --only --out --page --peers --python --quiet --runs --seed --steps --verbose --version' ;;
    classify) options='--csv --csv-safe --force --help --json --longest --model --plot --quiet --timeline --top --verbose --version' ;;
    cnn) options='--batch --class-weights --clusters --decay --early-stopping --ema-momentum --epochs --features --fold --force --help --learning-rate --mask-coefficients --mask-frames --mixup --name --out --quiet --random-crops --resume --scale --seed --shape --shift-coefficients --split --split-by --test-crops --test-model --test-shift-coefficients --threads --verbose --version' ;;
    compact) options='--batch --class-weights --clusters --decay --early-stopping --ema-momentum --epochs --features --fold --force --help --learning-rate --mask-coefficients --mask-frames --mixup --name --out --quiet --random-crops --resume --scale --seed --shape --shift-coefficients --split --split-by --test-crops --test-model --test-shift-coefficients --threads --verbose --version' ;;
    compare) options='--a --artists --b --draws --ensemble --force --help --json --level --out --quiet --runs --seed --verbose --version' ;;
    demo) options='--force --help --out --quiet --seconds --seed --tracks --verbose --version' ;;
    embed) options='--contract --features --force --help --level --model --out --part --quiet --segments --split --threads --verbose --version' ;;
    explore) options='--audio --export --force --help --port --quiet --results --verbose --version' ;;
    export) options='--features --force --help --model --out --quiet --verbose --version' ;;
    fetch) options='--attempts --force --help --metadata-url --out --pause --quiet --sha256 --timeout --url --verbose --version --yes' ;;
    hybrid) options='--batch --class-weights --clusters --decay --early-stopping --ema-momentum --epochs --features --fold --force --help --learning-rate --mask-coefficients --mask-frames --mixup --name --out --quiet --random-crops --resume --scale --seed --shape --shift-coefficients --split --split-by --test-crops --test-model --test-shift-coefficients --threads --verbose --version' ;;
    import) options='--array --axes --delta --features --force --frames --help --index --json --key --npy --offset --out --quiet --scale --verbose --version' ;;
    kmeans) options='--clusters --features --fit-on --force --help --input --iterations --method --min-cluster-size --min-samples --out --quiet --restarts --seed --silhouette-sample --split --standardise --sweep --table --threads --verbose --version' ;;
    logmel) options='--centre --force --help --hop --mels --n-fft --no-centre --out --part-tracks --quiet --sample-rate --segments --threads --verbose --version --window' ;;
    lstm) options='--batch --class-weights --clusters --decay --early-stopping --ema-momentum --epochs --features --fold --force --help --learning-rate --mask-coefficients --mask-frames --mixup --name --out --quiet --random-crops --resume --scale --seed --shape --shift-coefficients --split --split-by --test-crops --test-model --test-shift-coefficients --threads --verbose --version' ;;
    mfcc) options='--centre --coefficients --delta --flavour --force --help --hop --mels --n-fft --no-centre --out --part-tracks --quiet --sample-rate --segments --threads --verbose --version --window' ;;
    report) options='--force --help --networks --no-paper --out --quiet --results --verbose --version' ;;
    segment) options='--corpus --force --help --lengths --manifest --out --quiet --seconds --verbose --version --wav' ;;
    spark) options='--centre --clusters --coefficients --conf --corpus --delta --features --flavour --force --help --hop --input --iterations --key --manifest --master --mels --model --n-fft --no-centre --out --part-tracks --quiet --sample-rate --seconds --seed --silhouette-sample --verbose --version --window' ;;
    split) options='--artists --by --exclude --features --folds --force --help --known-share --lists --out --quiet --ratios --repetitions --seed --segments --stratify --train-size --verbose --version' ;;
    study) options='--artists --corpus --dry-run --epochs --features --force --help --kit --model --networks --no-paper --out --plan --quick --quiet --seed --seeds --split-by --verbose --version' ;;
    tsne) options='--dimensions --features --force --help --iterations --out --perplexity --quiet --sample --seed --theta --threads --verbose --version' ;;
    verify) options='--corpus --expect --force --help --index --json --lengths --manifest --out --quiet --rate --seconds --strict --verbose --version' ;;
  esac
  case $alias:$before in
    kmeans:--fit-on) values='all train' ;;
    study:--plan) values='augmentation baselines controlled folds hybrid ingredients inputs leakage paper probe recipe refit shape' files=yes ;;
    spark:) values='features kmeans classify' ;;
    kmeans:--input | spark:--input) values='flat stats' ;;
    cnn:--shape | compact:--shape | hybrid:--shape | lstm:--shape) values='frames flat' ;;
    fetch:) values='gtzan fma-small fma-medium fma-large fma-full' ;;
    logmel:--window | mfcc:--window | spark:--window) values='hann hamming' ;;
    kmeans:--method) values='kmeans hdbscan' ;;
    cnn:--test-model | compact:--test-model | hybrid:--test-model | lstm:--test-model) values='last best' ;;
    mfcc:--flavour | spark:--flavour) values='librosa tarsos' ;;
    study:--networks) values='majority knn logistic forest svm cnn lstm cnn-kmeans lstm-kmeans hybrid' list=yes ;;
    baseline:--method) values='majority knn logistic forest svm' ;;
    import:--key) values='mfcc logmel embedding' ;;
    bench:--only) values='mfcc logmel mp3 kmeans tsne cnn lstm training classify start' list=yes ;;
    spark:--key) values='mfcc logmel' ;;
    baseline:--class-weights | cnn:--class-weights | compact:--class-weights | hybrid:--class-weights | lstm:--class-weights) values='none balanced' ;;
    split:--stratify) values='none genre' ;;
    cnn:--clusters | compact:--clusters | hybrid:--clusters | lstm:--clusters) values='none one-hot' ;;
    cnn:--scale | compact:--scale | hybrid:--scale | lstm:--scale) values='none standardise' ;;
    baseline:--split-by | cnn:--split-by | compact:--split-by | hybrid:--split-by | lstm:--split-by | split:--by) values='segment cluster track artist file' ;;
    study:--split-by) values='segment track artist' ;;
    baseline:--level | embed:--level) values='segment track' ;;
    baseline:--summary) values='statistics mean full' ;;
    compare:--level) values='track segment' ;;
    embed:--part) values='train validation test known excluded' ;;
  esac
}
# <<<

_genrelab() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local alias=${COMP_WORDS[1]-} options='' values='' list='' files='' head='' match
  COMPREPLY=()
  case $1 in
    */environment/jbang | environment/jbang) ;;
    *) return ;; # JBang itself
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "$_genrelab_aliases" -- "$word"))
    return
  fi
  # bash makes words of --option=value: --option, =, value
  if [ "$word" = = ]; then
    word=
  elif [ "$before" = = ]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $before in
    --*) ;;
    *) before= ;;
  esac
  _genrelab_choices
  if [ -n "$values" ]; then
    if [ -n "$list" ]; then
      case $word in
        *,*) head=${word%,*}, ;;
      esac
    fi
    COMPREPLY=($(compgen -P "$head" -W "$values" -- "${word#"$head"}"))
    if [ -n "$files" ]; then
      compopt -o filenames 2>/dev/null # bash 4 then quotes them
      while IFS= read -r match; do
        COMPREPLY+=("$match")
      done < <(compgen -f -- "$word")
    fi
  fi
  case $word in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
  esac
}

# by the name as it is typed; by jbang alone only where nothing else completes that
complete -o default -F _genrelab environment/jbang ./environment/jbang
if [ -n "${BASH_SOURCE-}" ]; then
  complete -o default -F _genrelab "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/jbang"
fi
complete -p jbang >/dev/null 2>&1 || complete -o default -F _genrelab jbang
