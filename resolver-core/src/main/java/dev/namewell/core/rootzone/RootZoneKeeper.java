package dev.namewell.core.rootzone;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.exchange.Ask;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.exchange.ServerReply.Responded;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Exchange.Outgoing;
import dev.namewell.core.port.Signal;
import dev.namewell.core.port.Task;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.RootZoneSource;
import dev.namewell.core.wire.Octets;
import dev.namewell.core.wire.QueryWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the copy of the root zone for one configuration: takes it from a file or by zone transfer,
 * checks it, and renews it as its SOA says (RFC 1035 §3.3.13). Thread-safe.
 */
public final class RootZoneKeeper {
  private static final Duration TRANSFER_TIME = Duration.ofSeconds(60);
  private static final Duration SOA_TIME = Duration.ofSeconds(5);

  /** Time to digest the zone, and to verify three signatures. */
  private static final Duration PROOF_TIME = Duration.ofSeconds(10);

  /** While there is no copy. */
  private static final Duration FIRST_RETRY = Duration.ofSeconds(60);

  /** SOA timers are kept within these bounds. */
  private static final long LEAST_SECONDS = 60;

  private static final long MOST_SECONDS = 86_400;
  private static final long MOST_EXPIRE_SECONDS = 14 * MOST_SECONDS;
  private static final long SECOND = 1_000_000_000L;

  private final ServerClient.Ports ports;
  private final ServerClient client;
  private final ServerMemories memories;
  private final RootZoneCopy copy;
  private final Optional<RootZoneSource> source;
  private final @Nullable Prover prover;
  private volatile boolean stopped;

  /** Ends the pause between looks at the copy. */
  private volatile @Nullable Signal stop;

  /** Proves RRsets by DNSSEC. */
  public interface Prover {
    /**
     * Why an RRset of the root zone cannot be proved, in words; null if it can.
     *
     * @param dnskey the zone's own keys, to be proved first
     */
    @Nullable String trouble(Rrset rrset, Rrset dnskey, Budget budget);
  }

  /** What outlives a configuration. */
  public record Memory(ServerMemories servers, RootZoneCopy copy) {}

  /**
   * @param prover null where nothing is validated
   */
  public RootZoneKeeper(
      Optional<RootZoneSource> source,
      Memory memory,
      ServerClient client,
      ServerClient.Ports ports,
      @Nullable Prover prover) {
    this.source = source;
    this.memories = memory.servers();
    this.copy = memory.copy();
    this.client = client;
    this.ports = ports;
    this.prover = prover;
  }

  /** Begins to keep the copy; without a source it is dropped. */
  public void start() {
    if (source.isEmpty()) {
      copy.drop();
      return;
    }
    ports.tasks().start("root zone copy", () -> keep(source.get()));
  }

  /** Begins no further transfer. Does not block. */
  public void stop() {
    stopped = true;
    Signal waiting = stop;
    if (waiting != null) {
      waiting.raise();
    }
  }

  private boolean keep(RootZoneSource from) {
    Signal waiting = ports.tasks().signal();
    stop = waiting;
    while (!stopped) {
      Duration pause = FIRST_RETRY;
      try {
        pause =
            switch (from) {
              case RootZoneSource.File(String name, List<Rrset> rrsets) -> load(name, rrsets);
              case RootZoneSource.Transfer(List<Address> servers) -> renew(servers);
            };
      } catch (RuntimeException defect) {
        ports.events().defect(Part.ROOT_ZONE, "renewing the copy", defect);
      }
      if (!stopped) {
        boolean _ = waiting.await(pause);
      }
    }
    return true;
  }

  /** A file is read with the configuration; here it is put to use once, until it expires. */
  private Duration load(String name, List<Rrset> rrsets) {
    if (copy.isDropped()) {
      try {
        RootZone zone = made(() -> new RootZone(rrsets));
        String trouble = check(zone);
        if (trouble == null) {
          hold(zone, name);
        } else {
          tell(name + ": " + trouble);
        }
      } catch (IllegalArgumentException e) {
        tell(name + " " + e.getMessage());
      }
    }
    if (!copy.isDropped() && copy.zone(now()) == null) {
      tell(name + " has expired: write a newer one and reload");
      stop();
    }
    return copy.isDropped() ? FIRST_RETRY : Duration.ofSeconds(MOST_SECONDS);
  }

  private Duration renew(List<Address> servers) {
    RootZone have = copy.zone(now());
    for (Address address : servers) {
      Endpoint server = new Endpoint(address.socketAddress());
      if (have != null) {
        Long serial = serial(server);
        if (serial == null) {
          continue;
        }
        if (serial == have.serial() || isOlder(serial, have.serial())) {
          hold(have, server.toString());
          return timer(have.refreshSeconds());
        }
      }
      RootZone zone = transfer(server);
      if (zone != null && have != null && isOlder(zone.serial(), have.serial())) {
        tell(server + " has an older root zone than the copy, " + zone.serial());
      } else if (zone != null) {
        hold(zone, server.toString());
        tell(zone + " taken from " + server);
        return timer(zone.refreshSeconds());
      }
    }
    return have == null ? FIRST_RETRY : timer(have.retrySeconds());
  }

  /** By serial number arithmetic (RFC 1982 §3.2). */
  private static boolean isOlder(long serial, long than) {
    return (int) (serial - than) < 0;
  }

  private static Duration timer(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, LEAST_SECONDS, MOST_SECONDS));
  }

  private long now() {
    return ports.time().nanos();
  }

  private void tell(String what) {
    ports.events().rootZone(what);
  }

  /** Until it expires (RFC 1035 §3.3.13), or its signatures do if that is sooner. */
  private void hold(RootZone zone, String from) {
    long signed = zone.signedForSeconds(ports.time().wallClock().getEpochSecond());
    long seconds = Math.clamp(Math.min(zone.expireSeconds(), signed), 0, MOST_EXPIRE_SECONDS);
    copy.hold(zone, from, now() + seconds * SECOND, () -> !stopped);
  }

  /** The serial that a server has; null if it does not say. */
  private @Nullable Long serial(Endpoint server) {
    Question soa = new Question(DnsName.ROOT, RecordType.SOA, RecordClass.IN, false, false);
    Budget budget = new Budget(ports.time(), SOA_TIME);
    Ask ask = new Ask(memories.of(server), soa, false, Transport.UDP, SOA_TIME, budget);
    if (client.ask(ask) instanceof Responded(var response)) {
      Rrset found = response.rrset(response.answer(), DnsName.ROOT, RecordType.SOA, RecordClass.IN);
      if (found != null) {
        byte[] rdata = found.rdatas().getFirst();
        return Octets.u32(rdata, rdata.length - RootZone.SOA_NUMBERS);
      }
    }
    tell(server + " does not tell the serial of the root zone");
    return null;
  }

  private @Nullable RootZone transfer(Endpoint server) {
    Question axfr = new Question(DnsName.ROOT, RecordType.AXFR, RecordClass.IN, false, false);
    byte[] query = QueryWriter.write(axfr, false, null);
    Outgoing outgoing = new Outgoing(server, Transport.TCP, query, TRANSFER_TIME);
    TransferReader reader = new TransferReader();
    String trouble;
    try {
      String ended =
          ports.exchange().transfer(outgoing, message -> made(() -> reader.take(message)));
      trouble = ended == null ? reader.trouble() : ended;
      if (trouble == null) {
        RootZone zone = made(reader::zone);
        trouble = check(zone);
        if (trouble == null) {
          return zone;
        }
      }
    } catch (IllegalArgumentException e) {
      trouble = String.valueOf(e.getMessage());
    }
    tell("zone transfer from " + server + ": " + trouble);
    return null;
  }

  /**
   * What reading a large message or sorting a whole zone brings, which would hold the event loop
   * that carries this task.
   *
   * @throws IllegalArgumentException if that is no root zone
   */
  private <T> T made(Callable<T> maker) {
    return switch (ports.tasks().compute(maker).await(PROOF_TIME)) {
      case Task.Done<T>(T made) -> made;
      case Task.Threw<T>(IllegalArgumentException why) -> throw why;
      case Task.Threw<T>(Throwable defect) -> throw new IllegalStateException(defect);
      case Task.StillRunning<T> _ ->
          throw new IllegalArgumentException("takes too long to read or sort");
    };
  }

  /** Why a zone is not to be trusted, in words; null if it is (RFC 8976 §4). */
  private @Nullable String check(RootZone zone) {
    Rrset zonemd = zone.rrset(DnsName.ROOT, RecordType.ZONEMD);
    if (prover == null && zonemd == null) {
      return null;
    }
    Task<@Nullable String> digest = ports.tasks().compute(() -> ZoneDigest.trouble(zone));
    String trouble =
        digest.await(PROOF_TIME) instanceof Task.Done<@Nullable String> done
            ? done.value()
            : "its digest took too long";
    return trouble == null && prover != null && zonemd != null
        ? unproved(zone, zonemd, prover)
        : trouble;
  }

  private @Nullable String unproved(RootZone zone, Rrset zonemd, Prover with) {
    Rrset dnskey = zone.rrset(DnsName.ROOT, RecordType.DNSKEY);
    if (dnskey == null) {
      return "it is not signed";
    }
    Budget budget = new Budget(ports.time(), PROOF_TIME);
    String trouble = with.trouble(zone.soa(), dnskey, budget);
    return trouble == null ? with.trouble(zonemd, dnskey, budget) : trouble;
  }
}
