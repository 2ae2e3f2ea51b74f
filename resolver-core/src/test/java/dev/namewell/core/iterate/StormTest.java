package dev.namewell.core.iterate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Thousands of random trees of zones with broken and hostile servers. Every question ends in time
 * with the truth or an honest SERVFAIL, and in SERVFAIL only where no whole way leads. {@code
 * -Dseed=} runs one tree again, {@code -Dseeds=} more.
 */
class StormTest {
  private static final int DEFAULT_SEEDS = 2000;
  private static final int QUESTIONS = 12;

  /** Above LimitSettings.queryTime by what a wake-up may add. */
  private static final Duration PATIENCE = Duration.ofMillis(4_600);

  /** A name server that has to be found first may take a try of its own. */
  private static final int TRIES = 4;

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(330);

  @Test
  void everyQuestionEndsInTimeWithTheTruthOrAnHonestFailure() {
    Long only = Long.getLong("seed");
    if (only != null) {
      run(only);
      return;
    }
    int seeds = Integer.getInteger("seeds", DEFAULT_SEEDS);
    for (long seed = 1; seed <= seeds; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    try (Internet net = new Internet(seed)) {
      RandomTree tree = new RandomTree(net, seed);
      try {
        for (int i = 0; i < QUESTIONS; i++) {
          ask(net, tree, tree.anyName());
        }
      } catch (AssertionError | RuntimeException e) {
        String tail = String.join("\n", net.world().tasks().trace().tail());
        fail(
            "seed %d; again with: mvn -Dquick -pl resolver-core test -Dtest=StormTest -Dseed=%d%n%s%n%s"
                .formatted(seed, seed, e.getMessage(), tail),
            e);
      }
    }
  }

  private static void ask(Internet net, RandomTree tree, String name) {
    Message truth = truth(tree, name);
    boolean reachable = isReachable(tree, name, truth);
    for (int i = 1; ; i++) {
      int before = net.sent();
      Asked asked = net.resolve(name);
      assertThat(asked.ends()).as("one end of %s", name).isEqualTo(1);
      assertThat(asked.took()).as("time for %s", name).isLessThan(PATIENCE);
      assertThat(net.sent() - before).as("exchanges for %s", name).isLessThanOrEqualTo(101);
      assertThat(texts(asked.reply())).doesNotContain(SimulatedNetwork.POISON.getHostAddress());
      if (asked.rcode() != Rcode.SERVFAIL) {
        assertThat(asked.rcode()).as("rcode of %s", name).isEqualTo(truth.getHeader().getRcode());
        assertThat(texts(asked.reply())).as("answer to %s", name).isEqualTo(texts(truth));
        return;
      }
      assertThat(asked.extendedError()).as("reason of the failure of %s", name).isPresent();
      if (!reachable) {
        return;
      }
      assertThat(i).as("tries of %s, to which a whole way leads", name).isLessThan(TRIES);
      net.world().pass(AFTER_FAILURE);
    }
  }

  private static Message truth(RandomTree tree, String name) {
    Message query = SimulatedClient.query(name, Type.A);
    byte[] octets = tree.oracle.answer(query.toWire(), Transport.TCP);
    try {
      return new Message(octets);
    } catch (IOException e) {
      throw new AssertionError("the oracle cannot be read", e);
    }
  }

  private static boolean isReachable(RandomTree tree, String name, Message truth) {
    boolean reachable = tree.isReachable(Name.fromConstantString(name));
    Set<Name> aliases = new TreeSet<>();
    for (Record record : truth.getSection(Section.ANSWER)) {
      reachable &= tree.isReachable(record.getName());
      if (record instanceof CNAMERecord alias) {
        // A chain that ends where it began has no end.
        reachable &= aliases.add(alias.getName()) && tree.isReachable(alias.getTarget());
      }
    }
    return reachable;
  }

  private static Set<String> texts(Message message) {
    Set<String> texts = new TreeSet<>();
    for (Record record : message.getSection(Section.ANSWER)) {
      texts.add(record.getName() + " " + record.getType() + " " + record.rdataToString());
    }
    return texts;
  }
}
