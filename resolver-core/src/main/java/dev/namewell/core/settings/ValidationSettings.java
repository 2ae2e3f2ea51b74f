package dev.namewell.core.settings;

import dev.namewell.core.dns.DnsName;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DNSSEC validation (RFC 4035).
 *
 * @param anchors zones that are trusted; of those that contain a name the closest counts
 * @param negativeAnchors zones that are not validated, with all below them (RFC 7646)
 * @param aggressiveNsec whether names are denied by what was proved about others (RFC 8198)
 */
public record ValidationSettings(
    Mode mode, List<TrustAnchor> anchors, List<DnsName> negativeAnchors, boolean aggressiveNsec) {
  /** What comes of it. */
  public enum Mode {
    OFF,
    /** What is bogus is not given to clients who did not set CD. */
    ON,
    /** What is bogus is counted and logged, and given to clients without AD. */
    LOG_ONLY
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

  public ValidationSettings {
    anchors = List.copyOf(anchors);
    negativeAnchors = List.copyOf(negativeAnchors);
  }

  /** No validation. */
  public static ValidationSettings off() {
    return new ValidationSettings(Mode.OFF, List.of(), List.of(), false);
  }
}
