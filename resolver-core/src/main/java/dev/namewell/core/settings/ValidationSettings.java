package dev.namewell.core.settings;

import dev.namewell.core.dns.DnsName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * DNSSEC validation (RFC 4035).
 *
 * @param anchors zones that are trusted; of those that contain a name the closest counts
 * @param negativeAnchors zones that are not validated, with all below them (RFC 7646)
 * @param aggressiveNsec whether names are denied by what was proved about others (RFC 8198)
 * @param sha1 what is taken for known of what SHA-1 is used for
 */
public record ValidationSettings(
    Mode mode,
    List<TrustAnchor> anchors,
    List<NegativeAnchor> negativeAnchors,
    boolean aggressiveNsec,
    Sha1 sha1,
    Upkeep upkeep) {
  /**
   * What is done about trust anchors beside using them.
   *
   * @param follow true: their keys are followed when they roll over (RFC 5011)
   * @param file where what was learned of them is kept over a restart
   * @param signal true: their zones' servers are told which keys are trusted (RFC 8145)
   * @param sentinel true: clients may find that out by names (RFC 8509)
   * @param clockNames names that resolve, with all below them, though the clock is wrong: of time
   *     servers
   */
  public record Upkeep(
      boolean follow,
      Optional<Path> file,
      boolean signal,
      boolean sentinel,
      List<DnsName> clockNames) {
    /** Names of time servers that many systems ask. */
    public static final List<DnsName> TIME_SERVERS =
        Stream.of(
                "pool.ntp.org",
                "ntp.ubuntu.com",
                "time.apple.com",
                "time.cloudflare.com",
                "time.google.com",
                "time.nist.gov",
                "time.windows.com")
            .map(DnsName::parse)
            .toList();

    public Upkeep {
      clockNames = List.copyOf(clockNames);
    }

    /** All of it, in memory only. */
    public static Upkeep inMemory() {
      return new Upkeep(true, Optional.empty(), true, true, TIME_SERVERS);
    }
  }

  /** What comes of it. */
  public enum Mode {
    OFF,
    /** What is bogus is not given to clients who did not set CD. */
    ON,
    /** What is bogus is counted and logged, and given to clients without AD. */
    LOG_ONLY
  }

  /**
   * For what SHA-1 counts. The rest is as if it were not known here, so that zones which have
   * nothing else are insecure (RFC 9905 §2).
   */
  public enum Sha1 {
    /** For signatures (algorithms 5 and 7), and for DS records where a zone has no other digest. */
    ON,
    /** For DS records only. */
    DIGESTS,
    OFF;

    public boolean signs() {
      return this == ON;
    }

    public boolean digests() {
      return this != OFF;
    }
  }

  /**
   * Keys of a zone that are trusted without proof.
   *
   * @param ds rdata of DS records, one of which has to match a key of the zone
   * @param dnskeys rdata of DNSKEY records, which do so as well
   */
  public record TrustAnchor(DnsName zone, List<byte[]> ds, List<byte[]> dnskeys) {
    public TrustAnchor {
      ds = List.copyOf(ds);
      dnskeys = List.copyOf(dnskeys);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof TrustAnchor that
          && zone.equals(that.zone)
          && Arrays.deepEquals(ds.toArray(), that.ds.toArray())
          && Arrays.deepEquals(dnskeys.toArray(), that.dnskeys.toArray());
    }

    @Override
    public int hashCode() {
      return zone.hashCode();
    }
  }

  /**
   * A zone that is not validated (RFC 7646).
   *
   * @param until when it ends by itself; empty: never
   */
  public record NegativeAnchor(DnsName zone, Optional<Instant> until) {
    /** One without an end. */
    public static NegativeAnchor of(DnsName zone) {
      return new NegativeAnchor(zone, Optional.empty());
    }
  }

  public ValidationSettings {
    anchors = List.copyOf(anchors);
    negativeAnchors = List.copyOf(negativeAnchors);
  }

  /** Negative anchors without an end; what is learned of trust anchors is kept in memory only. */
  public ValidationSettings(
      Mode mode, List<TrustAnchor> anchors, List<DnsName> negativeAnchors, boolean aggressiveNsec) {
    this(
        mode,
        anchors,
        negativeAnchors.stream().map(NegativeAnchor::of).toList(),
        aggressiveNsec,
        Upkeep.inMemory());
  }

  /** With SHA-1. */
  public ValidationSettings(
      Mode mode,
      List<TrustAnchor> anchors,
      List<NegativeAnchor> negativeAnchors,
      boolean aggressiveNsec,
      Upkeep upkeep) {
    this(mode, anchors, negativeAnchors, aggressiveNsec, Sha1.ON, upkeep);
  }

  /** The same, where SHA-1 counts for so much. */
  public ValidationSettings withSha1(Sha1 counting) {
    return new ValidationSettings(mode, anchors, negativeAnchors, aggressiveNsec, counting, upkeep);
  }

  /** No validation. */
  public static ValidationSettings off() {
    return new ValidationSettings(Mode.OFF, List.of(), List.of(), false, Upkeep.inMemory());
  }
}
