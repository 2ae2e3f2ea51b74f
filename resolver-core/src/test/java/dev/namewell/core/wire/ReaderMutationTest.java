package dev.namewell.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/**
 * Damaged messages by the hundred thousand; {@code -Dmutations=} for another number of them, {@code
 * -Dseed=} for others.
 */
class ReaderMutationTest {
  private static final int MUTATIONS = Integer.getInteger("mutations", 200_000);

  /** The other implementation costs a thousand times as much; {@code -Dcompare.every=1} for all. */
  private static final int COMPARE_EVERY = Integer.getInteger("compare.every", 100);

  private static final long SEED = Long.getLong("seed", 1);

  private static void check(Map<String, byte[]> corpus, BiPredicate<byte[], Boolean> check) {
    corpus.forEach(
        (name, message) -> {
          try {
            boolean _ = check.test(message, true);
          } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("the undamaged " + name, e);
          }
        });
    Mutations mutations = new Mutations(SEED, corpus.values());
    int accepted = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] message = mutations.next();
      try {
        accepted += check.test(message, i % COMPARE_EVERY == 0) ? 1 : 0;
      } catch (RuntimeException | AssertionError e) {
        String octets = ReaderProperties.hex(message, message.length);
        throw new AssertionError("mutation %d of seed %d: %s".formatted(i, SEED, octets), e);
      }
    }
    assertThat(accepted).as("accepted, or else little was tried").isGreaterThan(MUTATIONS / 20);
  }

  @Test
  void no_damage_to_a_query_confuses_reader_or_reply() {
    check(MessageCorpus.queries(), ReaderProperties::checkQuery);
  }

  @Test
  void no_damage_to_a_response_confuses_reader_scrubber_or_reply() {
    check(MessageCorpus.responses(), ReaderProperties::checkResponse);
  }
}
