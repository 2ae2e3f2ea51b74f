package dev.namewell.core.engine;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.Mode;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a configuration says about how answers are proved; nothing, where nothing is validated. What
 * was found under another counts no more.
 *
 * @param routed zones with servers of their own, which need no chain of trust
 */
record Proving(ValidationSettings validation, Set<DnsName> routed) {
  static Proving of(Settings settings) {
    if (settings.validation().mode() == Mode.OFF) {
      return new Proving(ValidationSettings.off(), Set.of());
    }
    return new Proving(
        settings.validation(),
        settings.routes().stream()
            // Recursion for a zone begins at the root, as for all others.
            .filter(route -> route.mode() != RouteSettings.Mode.RECURSIVE)
            .map(RouteSettings::zone)
            .filter(zone -> !zone.isRoot())
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * A number that is the same after a restart, and another one wherever an answer could come out
   * otherwise.
   *
   * @param negative all negative trust anchors that count just now
   */
  long number(List<NegativeAnchor> negative) {
    SortedSet<String> parts = new TreeSet<>();
    parts.add("mode " + validation.mode());
    parts.add("SHA-1 " + validation.sha1());
    for (TrustAnchor anchor : validation.anchors()) {
      anchor.ds().forEach(ds -> parts.add("DS " + anchor.zone() + " " + hex(ds)));
      anchor.dnskeys().forEach(key -> parts.add("DNSKEY " + anchor.zone() + " " + hex(key)));
    }
    negative.forEach(anchor -> parts.add("negative " + anchor.zone()));
    routed.forEach(zone -> parts.add("routed " + zone));
    byte[] text = String.join("\n", parts).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(DnskeyRdata.digest("SHA-256").digest(text)).getLong();
  }

  private static String hex(byte[] rdata) {
    return HexFormat.of().formatHex(rdata);
  }
}
