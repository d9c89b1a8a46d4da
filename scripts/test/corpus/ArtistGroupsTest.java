///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DESCRIPTION Tests which artists' names are the same, and which tracks share an artist.
//DEPS org.junit.platform:junit-platform-console-standalone:1.13.4
//SOURCES ../../lib/corpus/ArtistGroups.java
//RUNTIME_OPTIONS -Xmx256m -XX:TieredStopAtLevel=1

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import genrelab.corpus.ArtistGroups;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtistGroupsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Earth, Wind & Fire | Earth Wind and Fire",
        "Rage Against The Machine | RAGE AGAINST THE MACHINE",
        "The Beatles | Beatles",
        "Beatles, The | The Beatles",
        "Beyoncé | BEYONCE",
        "Motörhead | Motorhead",
        "Dr. Dre | Dr Dre",
        "J.S. Bach | JS Bach",
        "Guns N' Roses | Guns N’ Roses",
        "AC/DC | AC DC",
        "Jay-Z | Jay Z",
      })
  void oneNameSpelledInTwoWays(String a, String b) {
    assertEquals(ArtistGroups.normalized(a), ArtistGroups.normalized(b));
  }

  @Test
  void otherNamesStayApart() {
    assertNotEquals(ArtistGroups.normalized("Prince"), ArtistGroups.normalized("Prince Buster"));
    assertEquals("the", ArtistGroups.normalized("The"), "a band may be called so");
    assertEquals("!!!", ArtistGroups.normalized("!!!"));
    assertEquals("美空 ひばり", ArtistGroups.normalized("美空・ひばり"));
    assertEquals("", ArtistGroups.normalized(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A. Singer feat. B. Player | a singer, b player",
        "A. Singer (ft. B. Player) | a singer, b player",
        "A. Singer featuring B. Player & Friends | a singer, b player",
        "Aretha Franklin, Celine Dion & Cher | aretha franklin, celine dion, cher",
        "Peter Tosh and Mick Jagger | peter tosh, mick jagger",
        "Run vs. DMC | run, dmc",
        "Run x DMC | run, dmc",
        "Magic Slim & The Teardrops | magic slim, teardrops",
        "Anderson Andover | anderson andover",
        "Withered Hand | withered hand",
      })
  void aCollaborationCreditsEachOfItsArtists(String name, String artists) {
    Set<String> credits = ArtistGroups.credits(name);
    for (String artist : artists.split(", ")) {
      assertEquals(true, credits.contains(artist), artist + " is not in " + credits);
    }
    int whole = artists.contains(",") ? 1 : 0;
    assertEquals(artists.split(", ").length + whole, credits.size(), credits.toString());
  }

  @Test
  void tracksShareAnArtistThroughACollaboration() {
    var groups =
        new ArtistGroups(
            Map.of(
                "hiphop.1", "Lauryn Hill",
                "reggae.1", "Bob Marley",
                "reggae.2", "Lauryn Hill and Bob Marley",
                "reggae.3", "Peter Tosh and Mick Jagger",
                "reggae.4", "The Ethiopians & Friends",
                "rock.1", "Simon & Friends",
                "rock.2", "",
                "rock.3", " "));
    assertEquals(groups.of("hiphop.1"), groups.of("reggae.1"));
    assertEquals(groups.of("reggae.2"), groups.of("reggae.1"));
    Set<String> all =
        Set.of(
            groups.of("reggae.1"),
            groups.of("reggae.3"),
            groups.of("reggae.4"),
            groups.of("rock.1"),
            groups.of("rock.2"),
            groups.of("rock.3"));
    assertEquals(6, all.size(), "friends are no artist; unknown artists are not one");
  }
}
