package dev.namewell.core.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.settings.RouteSettings.Strategy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Hundreds of small worlds with random faults. In none of them may a query get lost, a reply be
 * late, or a wrong answer be given. {@code -Dseed=} runs one world again, {@code -Dseeds=} more.
 */
class SwarmTest {
  private static final int DEFAULT_SEEDS = 300;
  private static final int NAMES = 12;

  /** Above LimitSettings.queryTime by what a wake-up may add. */
  private static final Duration PATIENCE = Duration.ofMillis(4_600);

  private static final Duration STALE_AGE = World.STALE.maxAge();
  private static final int STALE_TTL = 30;
  private static final int EDE_STALE = 3;
  private static final int EDE_STALE_NXDOMAIN = 19;
  private static final int MAX_TTL = 300;

  /**
   * Exchanges about one question within the time for one: two budgets, for it may be asked for
   * itself and as an alias target, and what probes add.
   */
  private static final int MAX_EXCHANGES = 2 * 100 + 10;

  /** How long one version of the zone lasts. */
  private static final Duration VERSION = Duration.ofSeconds(90);

  @Test
  void nothingIsLostLateOrWrong() {
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

  @Test
  void aWorldRunsTheSameWayTwice() {
    assertThat(run(4711)).isEqualTo(run(4711));
  }

  private static long run(long seed) {
    try (World world = new World(seed, zone(0))) {
      try {
        play(world, new SplittableRandom(seed));
        return world.tasks().trace().fingerprint();
      } catch (AssertionError | RuntimeException e) {
        String tail = String.join("\n", world.tasks().trace().tail());
        return fail(
            "seed %d; again with: mvn -Dquick -pl resolver-core test -Dtest=SwarmTest -Dseed=%d%n%s%n%s"
                .formatted(seed, seed, e.getMessage(), tail),
            e);
      }
    }
  }

  /** Name n has the address 10.n.v.1 in version v; odd names have short lives. */
  private static String zone(int version) {
    StringBuilder text =
        new StringBuilder("example. 300 IN SOA ns.example. host.example. 1 7200 3600 1209600 60\n");
    for (int n = 0; n < NAMES; n++) {
      text.append("n%d.example. %d IN A 10.%d.%d.1\n".formatted(n, ttl(n), n, version));
      text.append("a%d.example. %d IN CNAME n%d.example.\n".formatted(n, ttl(n), n));
    }
    return text.toString();
  }

  private static int ttl(int name) {
    return name % 2 == 0 ? MAX_TTL : 5 + name;
  }

  private static void play(World world, SplittableRandom random) {
    int upstreams = random.nextInt(2, 5);
    for (int i = 0; i < upstreams; i++) {
      Endpoint server =
          world.upstream(
              Duration.ofMillis(random.nextInt(2, 120)), Duration.ofMillis(random.nextInt(200)));
      makeTrouble(world, server, i, random);
    }
    Strategy[] strategies = Strategy.values();
    SimulatedClient client = world.start(strategies[random.nextInt(strategies.length)]);
    int questions = random.nextInt(50, 201);
    long span = Duration.ofMinutes(random.nextInt(1, 12)).toMillis();
    for (int version = 1; version * VERSION.toMillis() < span + 60_000; version++) {
      String text = zone(version);
      world.tasks().at(VERSION.multipliedBy(version), () -> world.zone().load(text));
    }
    for (int i = 0; i < questions; i++) {
      String name = name(random);
      world.tasks().at(Duration.ofMillis(random.nextLong(span)), () -> client.ask(name, Type.A));
    }
    world.pass(Duration.ofMillis(span).plusSeconds(30));
    world.checkInvariants();
    assertThat(client.asked()).hasSize(questions);
    for (SimulatedClient.Asked asked : client.asked()) {
      check(asked);
    }
    assertThat(world.events().answered() + world.events().dropped()).isEqualTo(questions);
    checkAgeing(world, client);
    checkBudgets(world);
  }

  private static String name(SplittableRandom random) {
    int n = random.nextInt(NAMES);
    String name =
        switch (random.nextInt(8)) {
          case 0 -> "a" + n + ".example.";
          case 1 -> "missing" + n + ".example.";
          default -> "n" + n + ".example.";
        };
    return random.nextBoolean() ? name : name.replace('e', 'E');
  }

  private static void makeTrouble(
      World world, Endpoint server, int index, SplittableRandom random) {
    List<Fault> faults = new ArrayList<>();
    double chance = random.nextDouble(0.4);
    Fault.Forgery[] forgeries = Fault.Forgery.values();
    faults.add(new Fault.Dead());
    faults.add(new Fault.Closed());
    faults.add(new Fault.TcpClosed());
    faults.add(new Fault.TcpBreaks(chance));
    faults.add(new Fault.Slow(Duration.ofMillis(random.nextInt(3000))));
    faults.add(new Fault.SlowName("n2.example.", Duration.ofMillis(random.nextInt(6000))));
    faults.add(new Fault.Lost(chance));
    faults.add(new Fault.Doubled(chance));
    faults.add(new Fault.Overtaken(chance));
    faults.add(new Fault.Garbled(chance));
    faults.add(new Fault.CutShort(chance));
    faults.add(new Fault.Spoofed(chance, forgeries[random.nextInt(forgeries.length)]));
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      Duration from = Duration.ofMillis(random.nextInt(300_000));
      Duration to = from.plusMillis(random.nextInt(200_000));
      world.network().fault(server, from, to, faults.get(random.nextInt(faults.size())));
    }
    if (random.nextInt(3) == 0) {
      Quirk[] quirks = Quirk.values();
      world.server(index).with(quirks[random.nextInt(quirks.length)]);
    }
  }

  private static void check(SimulatedClient.Asked asked) {
    assertThat(asked.ends()).as("replies to %s", asked.question()).isEqualTo(1);
    assertThat(asked.isDropped()).as("dropped %s", asked.question()).isFalse();
    assertThat(asked.took()).as("time for %s", asked.question()).isLessThan(PATIENCE);
    byte[] query = asked.query();
    byte[] reply = asked.replyOctets();
    assertThat(Arrays.copyOf(reply, 2)).as("ID").isEqualTo(Arrays.copyOf(query, 2));
    assertThat(asked.reply().getHeader().getFlag(Flags.AD)).as("AD without validation").isFalse();
    String name = asked.question();
    assertThat(Packets.question(reply)).as("question, letter for letter").isEqualTo(name);
    switch (asked.rcode()) {
      case Rcode.SERVFAIL -> {}
      case Rcode.NXDOMAIN -> {
        assertThat(name).startsWith("missing");
        checkTtls(asked, EDE_STALE_NXDOMAIN, STALE_TTL);
      }
      case Rcode.NOERROR -> {
        assertThat(name).doesNotStartWith("missing");
        checkTtls(asked, EDE_STALE, Math.min(STALE_TTL, ttl(number(name))));
        checkAddress(asked);
      }
      default -> fail("rcode " + asked.rcode() + " for " + name);
    }
  }

  /**
   * @param staleTtl no longer than the record itself lives
   */
  private static void checkTtls(SimulatedClient.Asked asked, int staleCode, long staleTtl) {
    boolean stale = asked.extendedError().equals(java.util.Optional.of(staleCode));
    assertThat(asked.extendedError().isPresent()).as("extended error").isEqualTo(stale);
    for (Record record : records(asked)) {
      assertThat(record.getTTL()).as("TTL").isBetween(0L, (long) MAX_TTL);
      if (stale) {
        assertThat(record.getTTL()).as("TTL of a stale answer").isEqualTo(staleTtl);
      }
    }
  }

  private static int number(String name) {
    return Integer.parseInt(name.replaceAll("(?i)^[an](\\d+)\\..*", "$1"));
  }

  private static void checkAddress(SimulatedClient.Asked asked) {
    int number = number(asked.question());
    List<Record> addresses =
        asked.answers().stream().filter(record -> record instanceof ARecord).toList();
    assertThat(addresses).as("addresses for %s", asked.question()).hasSize(1);
    byte[] address = ((ARecord) addresses.getFirst()).getAddress().getAddress();
    assertThat(address[0]).as("not poisoned").isEqualTo((byte) 10);
    assertThat(address[1]).as("address of the right name").isEqualTo((byte) number);
    boolean stale = asked.extendedError().isPresent();
    if (!stale) {
      assertThat(addresses.getFirst().getTTL())
          .as("TTL of %s", asked.question())
          .isLessThanOrEqualTo(ttl(number));
    }
    long life = ttl(number) + (stale ? STALE_AGE.toSeconds() : 0) + PATIENCE.toSeconds() + 1;
    Duration replied = asked.at().plus(asked.took());
    Duration versionEnded = VERSION.multipliedBy((address[2] & 0xff) + 1);
    assertThat(replied)
        .as("age of what is said about %s", asked.question())
        .isLessThan(versionEnded.plusSeconds(life));
    assertThat(VERSION.multipliedBy(address[2] & 0xff))
        .as("an answer from the future")
        .isLessThanOrEqualTo(replied);
  }

  /** Unless somebody asks about it, what is said about a name gets older with every second. */
  private static void checkAgeing(World world, SimulatedClient client) {
    Map<String, SimulatedClient.Asked> last = new HashMap<>();
    client.asked().stream()
        .filter(asked -> asked.rcode() != Rcode.SERVFAIL && asked.extendedError().isEmpty())
        .sorted(Comparator.comparing(SwarmTest::replied))
        .forEach(
            asked -> {
              String question = asked.question().toLowerCase(Locale.ROOT);
              SimulatedClient.Asked before = last.put(question, asked);
              if (before != null && !isFetchedBetween(world, question, before, asked)) {
                checkAgeing(before, asked);
              }
            });
  }

  private static Duration replied(SimulatedClient.Asked asked) {
    return asked.at().plus(asked.took());
  }

  /** Counts what was under way before the first reply as well. */
  private static boolean isFetchedBetween(
      World world, String question, SimulatedClient.Asked before, SimulatedClient.Asked after) {
    Duration from = replied(before).minus(PATIENCE);
    return world.network().sent().stream()
        .filter(sent -> sent.question().equalsIgnoreCase(question))
        .map(SimulatedNetwork.Sent::at)
        .anyMatch(at -> at.compareTo(from) > 0 && at.compareTo(replied(after)) <= 0);
  }

  private static void checkAgeing(SimulatedClient.Asked before, SimulatedClient.Asked after) {
    long seconds = replied(after).minus(replied(before)).toSeconds();
    List<Record> old = records(before);
    List<Record> now = records(after);
    assertThat(now).as("records of %s", after.question()).hasSameSizeAs(old);
    for (int i = 0; i < old.size(); i++) {
      assertThat(now.get(i).getTTL())
          .as("TTL of %s, %d s later", now.get(i), seconds)
          .isLessThanOrEqualTo(old.get(i).getTTL() - seconds);
    }
  }

  private static List<Record> records(SimulatedClient.Asked asked) {
    List<Record> records = new ArrayList<>(asked.answers());
    records.addAll(asked.authorities());
    return records;
  }

  /** No question may cost more exchanges than its budget, whatever the servers do. */
  private static void checkBudgets(World world) {
    Map<String, ArrayDeque<Duration>> recent = new HashMap<>();
    for (SimulatedNetwork.Sent sent : world.network().sent()) {
      ArrayDeque<Duration> times =
          recent.computeIfAbsent(
              sent.question().toLowerCase(Locale.ROOT), question -> new ArrayDeque<>());
      while (!times.isEmpty() && sent.at().minus(times.getFirst()).compareTo(PATIENCE) > 0) {
        times.removeFirst();
      }
      times.addLast(sent.at());
      assertThat(times.size())
          .as("exchanges about %s at %s", sent.question(), sent.at())
          .isLessThanOrEqualTo(MAX_EXCHANGES);
    }
  }
}
