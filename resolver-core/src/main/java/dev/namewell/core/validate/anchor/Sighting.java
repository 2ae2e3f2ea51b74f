package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.records.DnskeyRdata;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a trust anchor's zone said of its keys at one time.
 *
 * @param proved the DNSKEY RRset is signed by a key that is trusted
 * @param keys of the zone, as they came
 * @param revoked those with the REVOKE bit that signed the RRset themselves
 * @param originalTtl of the DNSKEY RRset
 * @param validity how long its signature is valid still
 */
public record Sighting(
    boolean proved,
    List<DnskeyRdata> keys,
    Set<DnskeyRdata> revoked,
    Duration originalTtl,
    Duration validity) {
  /** Nothing could be had or believed. */
  public static final Sighting NOTHING =
      new Sighting(false, List.of(), Set.of(), Duration.ZERO, Duration.ZERO);

  public Sighting {
    keys = List.copyOf(keys);
    revoked = Set.copyOf(revoked);
  }

  /** How keys are looked at. */
  public interface Look {
    /** Asks the zone's servers for the keys, past what is remembered. Blocks; never throws. */
    Sighting at(DnsName zone);

    /** True if the zone needs no negative anchor. Blocks; never throws. */
    boolean validates(DnsName zone);
  }
}
