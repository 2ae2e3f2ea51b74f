package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.records.DnskeyRdata;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import dev.namewell.core.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where chains of trust begin, and where they are not looked for: what one configuration says,
 * together with what has been learned since. Thread-safe.
 */
public final class TrustAnchors {
  private final Map<DnsName, TrustAnchor> configured = new HashMap<>();
  private final Map<DnsName, Optional<Instant>> negative = new HashMap<>();
  private final boolean withNegative;

  /** Zones with servers of their own, of which the public tree may know nothing. */
  private final Set<DnsName> routed;

  private final AnchorMemory memory;

  public TrustAnchors(ValidationSettings settings, Set<DnsName> routed, AnchorMemory memory) {
    settings.anchors().forEach(anchor -> configured.put(anchor.zone(), anchor));
    settings.negativeAnchors().forEach(anchor -> negative.put(anchor.zone(), anchor.until()));
    withNegative = true;
    this.routed = Set.copyOf(routed);
    this.memory = memory;
  }

  private TrustAnchors(TrustAnchors these) {
    configured.putAll(these.configured);
    withNegative = false;
    routed = these.routed;
    memory = these.memory;
  }

  /** The same as if there were no negative anchors: to see whether they are needed still. */
  public TrustAnchors withoutNegative() {
    return new TrustAnchors(this);
  }

  /** The zones that the configuration has anchors for. */
  Collection<DnsName> zones() {
    return configured.keySet();
  }

  /** The zone whose anchor counts for a name; null if there is none. */
  public @Nullable DnsName closest(DnsName name) {
    for (DnsName at = name; ; at = at.parent()) {
      TrustAnchor anchor = configured.get(at);
      if (anchor != null && !isDeleted(anchor)) {
        return at;
      }
      if (at.isRoot()) {
        return null;
      }
    }
  }

  /**
   * False if a trust anchor stands between a signer and a name: whoever has one does not depend on
   * the zones above it.
   */
  public boolean admits(DnsName signer, DnsName name) {
    DnsName closest = closest(name);
    return closest == null || signer.isWithin(closest);
  }

  /**
   * True for a key that is trusted without proof: because the configuration names it, or because it
   * was learned from keys that it names. Never for one that was revoked.
   */
  public boolean trusts(DnsName zone, DnskeyRdata key) {
    TrustAnchor anchor = configured.get(zone);
    if (anchor == null || key.isRevoked()) {
      return false;
    }
    FollowedZone followed = followed(anchor);
    return (followed == null || !followed.isWithdrawn(key))
        && (names(anchor, key) || (followed != null && followed.trusted().contains(key)));
  }

  /** Tags of the keys of a zone that are trusted, ascending. */
  public SortedSet<Integer> tags(DnsName zone) {
    SortedSet<Integer> tags = new TreeSet<>();
    TrustAnchor anchor = configured.get(zone);
    if (anchor != null) {
      FollowedZone followed = followed(anchor);
      anchor.ds().stream().filter(ds -> ds.length > 2).forEach(ds -> tags.add(Octets.u16(ds, 0)));
      anchor.dnskeys().forEach(rdata -> tags.add(new DnskeyRdata(rdata).tag()));
      if (followed != null) {
        followed.keys().stream()
            .filter(FollowedKey::isWithdrawn)
            .forEach(key -> tags.remove(key.tag()));
        followed.trusted().forEach(key -> tags.add(key.tag()));
      }
    }
    return tags;
  }

  /**
   * The name that tells a zone's servers which of its keys are trusted here (RFC 8145 §5.1); null
   * if there are none, or too many for one label.
   */
  public @Nullable DnsName signal(DnsName zone) {
    StringBuilder label = new StringBuilder("_ta");
    tags(zone).forEach(tag -> label.append("-%04x".formatted(tag)));
    boolean fits =
        label.length() > "_ta".length()
            && label.length() <= DnsName.MAX_LABEL_LENGTH
            && zone.length() + label.length() < DnsName.MAX_LENGTH;
    return fits ? zone.child(label.toString()) : null;
  }

  /** The anchor of such a zone, with the keys that were learned since. */
  public TrustAnchor at(DnsName zone) {
    TrustAnchor anchor = configured.get(zone);
    if (anchor == null) {
      throw new IllegalArgumentException("no trust anchor at " + zone);
    }
    FollowedZone followed = followed(anchor);
    List<byte[]> dnskeys = new ArrayList<>(anchor.dnskeys());
    if (followed != null) {
      followed.trusted().stream()
          .filter(key -> !names(anchor, key))
          .forEach(key -> dnskeys.add(key.octets()));
    }
    return new TrustAnchor(zone, anchor.ds(), dnskeys);
  }

  /** True if the configuration names the key, whatever became of it. */
  boolean isConfigured(DnsName zone, DnskeyRdata key) {
    TrustAnchor anchor = configured.get(zone);
    return anchor != null && names(anchor, key);
  }

  private static boolean names(TrustAnchor anchor, DnskeyRdata key) {
    return anchor.dnskeys().stream().anyMatch(each -> Arrays.equals(each, key.octets()))
        || anchor.ds().stream().anyMatch(ds -> key.isNamedBy(ds, anchor.zone()));
  }

  /**
   * What has been learned since, if it began with a key that is configured still: an operator who
   * replaces all keys does not want their successors either.
   */
  @Nullable FollowedZone followed(DnsName zone) {
    TrustAnchor anchor = configured.get(zone);
    return anchor == null ? null : followed(anchor);
  }

  private @Nullable FollowedZone followed(TrustAnchor anchor) {
    FollowedZone followed = memory.zone(anchor.zone());
    boolean begunHere =
        followed != null
            && (followed.keys().isEmpty()
                || followed.keys().stream().anyMatch(key -> names(anchor, key.key())));
    return begunHere ? followed : null;
  }

  /** An anchor all of whose keys are revoked counts as never configured (RFC 5011 §5). */
  private boolean isDeleted(TrustAnchor anchor) {
    FollowedZone known = memory.zone(anchor.zone());
    if (known == null || known.keys().stream().noneMatch(FollowedKey::isWithdrawn)) {
      return false;
    }
    List<DnskeyRdata> gone =
        known.keys().stream().filter(FollowedKey::isWithdrawn).map(FollowedKey::key).toList();
    FollowedZone followed = followed(anchor);
    return (followed == null || followed.trusted().isEmpty())
        && anchor.dnskeys().stream().map(DnskeyRdata::new).allMatch(gone::contains)
        && anchor.ds().stream()
            .allMatch(ds -> gone.stream().anyMatch(key -> key.isNamedBy(ds, anchor.zone())));
  }

  /**
   * The negative anchor that covers a name (RFC 7646); null if there is none, or if a trust anchor
   * stands below it.
   */
  public @Nullable DnsName negative(DnsName name) {
    if (!withNegative || (negative.isEmpty() && memory.negative().isEmpty())) {
      return null;
    }
    Instant now = memory.now();
    for (DnsName at = name; ; at = at.parent()) {
      if (isNegative(at, now)) {
        return at;
      }
      if (at.isRoot() || configured.containsKey(at)) {
        return null;
      }
    }
  }

  private boolean isNegative(DnsName zone, Instant now) {
    Optional<Instant> fixed = negative.get(zone);
    if (fixed != null && fixed.map(now::isBefore).orElse(true)) {
      return true;
    }
    Instant until = memory.negative().get(zone);
    return until != null && now.isBefore(until);
  }

  /**
   * All that is trusted and all that is not looked at, for people.
   *
   * @param zones each with what is known of its keys
   * @param negative by zone; those set while running have an end
   */
  public record View(List<FollowedZone> zones, List<NegativeAnchor> negative) {}

  /** What counts just now. */
  public View view() {
    Instant now = memory.now();
    List<NegativeAnchor> negatives = new ArrayList<>();
    negative.forEach((zone, until) -> negatives.add(new NegativeAnchor(zone, until)));
    memory
        .negative()
        .forEach((zone, until) -> negatives.add(new NegativeAnchor(zone, Optional.of(until))));
    negatives.removeIf(anchor -> !anchor.until().map(now::isBefore).orElse(true));
    negatives.sort(Comparator.comparing(NegativeAnchor::zone));
    return new View(
        configured.values().stream()
            .sorted(Comparator.comparing(TrustAnchor::zone))
            .map(anchor -> Objects.requireNonNullElse(followed(anchor), unseen(anchor)))
            .toList(),
        List.copyOf(negatives));
  }

  private static FollowedZone unseen(TrustAnchor anchor) {
    return new FollowedZone(anchor.zone(), List.of(), Instant.EPOCH, Instant.EPOCH);
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
