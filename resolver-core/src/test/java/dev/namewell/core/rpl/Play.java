package dev.namewell.core.rpl;

import dev.namewell.core.dns.Transport;
import dev.namewell.core.sim.SimulatedClient;
import dev.namewell.core.sim.SimulatedClient.Asked;
import dev.namewell.core.sim.SimulatedTime;
import dev.namewell.core.sim.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** One scenario on its way. */
final class Play {
  /** What an earlier question began in the background is over by then. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Scenario scenario;
  private final String name;
  private final World world;
  private int step;

  Play(Scenario scenario, String name, World world) {
    this.scenario = scenario;
    this.name = name;
    this.world = world;
    for (String address : scenario.addresses()) {
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
      List<Entry> said = new ArrayList<>();
      for (Scenario.Range range : scenario.ranges) {
        if (range.covers(step, address)) {
          said.addAll(range.entries);
        }
      }
      for (Entry entry : said) {
        if (entry.matches(query, transport == Transport.TCP)) {
          return say(entry, query);
        }
      }
      Entry made = Completion.of(said, query);
      return made == null ? failure(query) : say(made, query);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte @Nullable [] say(Entry entry, Message query) {
    if (entry.adjust.contains("do_not_answer")) {
      return null;
    }
    byte[] octets = entry.octets;
    if (octets != null) {
      byte[] response = octets.clone();
      response[0] = (byte) (query.getHeader().getID() >> 8);
      response[1] = (byte) query.getHeader().getID();
      return response;
    }
    return entry.response(query, name.contains("lame") || name.contains("noaa")).toWire();
  }

  private static byte[] failure(Message query) {
    Message failure = new Message(query.getHeader().getID());
    failure.getHeader().setFlag(Flags.QR);
    failure.getHeader().setRcode(Rcode.SERVFAIL);
    failure.addRecord(query.getQuestion(), Section.QUESTION);
    return failure.toWire();
  }

  /** What went wrong; null if nothing did. */
  @Nullable String run() {
    scenario
        .configuration
        .date()
        .map(date -> date.equals(Instant.EPOCH) ? scenario.whenSigned() : date)
        .ifPresent(date -> world.time().set(Duration.between(SimulatedTime.BEGINNING, date)));
    SimulatedClient client =
        world.start(
            scenario.configuration.settings(world, scenario.hasIpv6(), scenario::rootServer));
    Asked asked = null;
    for (int i = 0; i < scenario.steps.size(); i++) {
      Scenario.Step each = scenario.steps.get(i);
      step = each.number();
      Entry entry = each.entry();
      switch (each.words().getFirst()) {
        case "QUERY" -> {
          if (entry == null) {
            return "step " + step + " has no entry";
          }
          if (!scenario.isDeckard && i + 1 < scenario.steps.size()) {
            step = scenario.steps.get(i + 1).number();
          }
          world.tasks().runUntil(() -> world.engine().resolutions().inFlight() == 0, SETTLING);
          asked = client.await(client.ask(entry.query(scenario.isDeckard), Transport.TCP));
        }
        case "CHECK_ANSWER" -> {
          String wrong =
              asked == null || entry == null || asked.ends() == 0
                  ? "no reply"
                  : entry.difference(asked);
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
