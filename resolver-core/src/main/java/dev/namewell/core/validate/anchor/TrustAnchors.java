package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where chains of trust begin, and where they are not looked for. Immutable. */
public final class TrustAnchors {
  private final Map<DnsName, TrustAnchor> anchors = new HashMap<>();
  private final Set<DnsName> negative;

  /** Zones with servers of their own, of which the public tree may know nothing. */
  private final Set<DnsName> routed;

  public TrustAnchors(ValidationSettings settings, List<DnsName> routed) {
    settings.anchors().forEach(anchor -> anchors.put(anchor.zone(), anchor));
    negative = Set.copyOf(settings.negativeAnchors());
    this.routed = new HashSet<>(routed);
    this.routed.remove(DnsName.ROOT);
  }

  /** The anchor for names of a zone; null if there is none. */
  public @Nullable TrustAnchor closest(DnsName name) {
    for (DnsName at = name; ; at = at.parent()) {
      TrustAnchor anchor = anchors.get(at);
      if (anchor != null || at.isRoot()) {
        return anchor;
      }
    }
  }

  /**
   * The negative anchor that covers a name (RFC 7646); null if there is none, or if a trust anchor
   * stands below it.
   */
  public @Nullable DnsName negative(DnsName name) {
    for (DnsName at = name; ; at = at.parent()) {
      if (negative.contains(at)) {
        return at;
      }
      if (at.isRoot() || anchors.containsKey(at)) {
        return null;
      }
    }
  }

  /** The closest zone with servers of its own that a name is in; null if there is none. */
  public @Nullable DnsName routed(DnsName name) {
    for (DnsName at = name; !at.isRoot(); at = at.parent()) {
      if (routed.contains(at)) {
        return at;
      }
    }
    return null;
  }
}
