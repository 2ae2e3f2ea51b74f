package dev.namewell.core.rpl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RecursionSettings.RootServer;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/**
 * Plays scenarios: the project's own, or with {@code -Drpl.dir=FOLDER} any folder of them, whose
 * verdicts are then written to {@code target/rpl.tsv} and are no reason to fail the build.
 */
class ScenarioTest {
  private static final Path OWN = Path.of("src/test/resources/rpl");

  private enum Verdict {
    PASSED,
    FAILED,
    SKIPPED
  }

  private record Result(Verdict verdict, String reason) {}

  @Test
  void everyScenarioGoesAsWritten() throws IOException {
    String folder = System.getProperty("rpl.dir");
    TreeMap<Path, Result> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder == null ? OWN : Path.of(folder))) {
      files
          .filter(file -> file.toString().endsWith(".rpl"))
          .forEach(file -> results.put(file, play(file)));
    }
    assertThat(results).isNotEmpty();
    if (folder == null) {
      assertThat(results.values()).allMatch(result -> result.verdict() == Verdict.PASSED);
      return;
    }
    StringBuilder table = new StringBuilder("scenario\tverdict\treason\n");
    results.forEach(
        (file, result) ->
            table
                .append(file.getFileName())
                .append('\t')
                .append(result.verdict())
                .append('\t')
                .append(result.reason())
                .append('\n'));
    Files.writeString(Path.of("target/rpl.tsv"), table);
  }

  private static Result play(Path file) {
    Scenario scenario;
    try {
      scenario = Scenario.read(file);
    } catch (IOException | IllegalArgumentException e) {
      return new Result(Verdict.SKIPPED, "cannot be read: " + e.getMessage());
    }
    String unsupported = scenario.hints.isEmpty() ? "no root" : scenario.unsupported;
    if (unsupported != null) {
      return new Result(Verdict.SKIPPED, "needs " + unsupported);
    }
    try (World world = new World(1, "")) {
      String wrong = new ScenarioTest.Play(scenario, world).run();
      return wrong == null ? new Result(Verdict.PASSED, "") : new Result(Verdict.FAILED, wrong);
    }
  }

  /** One scenario on its way. */
  private static final class Play {
    private final Scenario scenario;
    private final World world;
    private int step;

    Play(Scenario scenario, World world) {
      this.scenario = scenario;
      this.world = world;
      Set<String> addresses = new LinkedHashSet<>(scenario.hints);
      scenario.ranges.forEach(range -> addresses.addAll(range.addresses));
      for (String address : addresses) {
        world
            .network()
            .add(
                address,
                (query, transport) -> answer(address, query, transport),
                Duration.ofMillis(10),
                Duration.ZERO);
      }
    }

    private byte @Nullable [] answer(String address, byte[] octets, Transport transport) {
      try {
        Message query = new Message(octets);
        for (Scenario.Range range : scenario.ranges) {
          if (range.covers(step, address)) {
            for (Entry entry : range.entries) {
              if (entry.matches(query, transport == Transport.TCP)) {
                return entry.adjust.contains("do_not_answer")
                    ? null
                    : entry.response(query).toWire();
              }
            }
          }
        }
        Message failure = new Message(query.getHeader().getID());
        failure.getHeader().setFlag(Flags.QR);
        failure.getHeader().setRcode(Rcode.SERVFAIL);
        failure.addRecord(query.getQuestion(), Section.QUESTION);
        return failure.toWire();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What went wrong; null if nothing did. */
    @Nullable String run() {
      List<Address> hints = new ArrayList<>();
      scenario.hints.forEach(hint -> hints.add(new Address(InetAddress.ofLiteral(hint), 53)));
      SimulatedClient client =
          world.start(
              World.routed(
                  world.recursive(
                      List.of(new RootServer(DnsName.parse("hint.invalid."), hints)),
                      scenario.minimise,
                      scenario.ipv6),
                  scenario.routes,
                  Optional.empty()));
      Asked asked = null;
      for (Scenario.Step each : scenario.steps) {
        step = each.number();
        Entry entry = each.entry();
        switch (each.words().getFirst()) {
          case "QUERY" -> {
            if (entry == null) {
              return "step " + step + " has no entry";
            }
            asked = client.await(client.ask(entry.query(), Transport.TCP));
          }
          case "CHECK_ANSWER" -> {
            String wrong =
                asked == null || entry == null || asked.ends() == 0
                    ? "no reply"
                    : entry.difference(asked.reply());
            if (wrong != null) {
              return "step " + step + ": " + wrong;
            }
          }
          case "TIME_PASSES" ->
              world.pass(Duration.ofSeconds((long) Double.parseDouble(each.words().getLast())));
          default -> world.pass(Duration.ofSeconds(1));
        }
      }
      world.pass(Duration.ofSeconds(15));
      world.checkInvariants();
      return null;
    }
  }
}
