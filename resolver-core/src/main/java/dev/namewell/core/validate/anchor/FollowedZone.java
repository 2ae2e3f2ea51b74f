package dev.namewell.core.validate.anchor;

import static dev.namewell.core.validate.anchor.FollowedKey.State.ADD_PEND;
import static dev.namewell.core.validate.anchor.FollowedKey.State.MISSING;
import static dev.namewell.core.validate.anchor.FollowedKey.State.REMOVED;
import static dev.namewell.core.validate.anchor.FollowedKey.State.REVOKED;
import static dev.namewell.core.validate.anchor.FollowedKey.State.VALID;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.records.DnskeyRdata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a trust anchor's zone over time, and the rules by which they change (RFC 5011 §4).
 * Immutable.
 *
 * @param refreshed when its keys were last proved; the epoch if never
 * @param next when they are to be looked at again
 */
public record FollowedZone(DnsName zone, List<FollowedKey> keys, Instant refreshed, Instant next) {
  /** Of one zone; further ones are not learned, for none may be forgotten that was revoked. */
  static final int MAX_KEYS = 64;

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(15);

  /** How long a new key has to be there, and a revoked one is called so (RFC 5011 §2.4). */
  private static final Duration HOLD_DOWN = Duration.ofDays(30);

  private static final int RETRY_SHARE = 10;

  public FollowedZone {
    keys = List.copyOf(keys);
  }

  /**
   * A zone of whose keys nothing counts yet.
   *
   * @param before what was learned from keys that the configuration names no more: of that only
   *     counts which were revoked
   */
  static FollowedZone begin(DnsName zone, @Nullable FollowedZone before, Instant now) {
    List<FollowedKey> withdrawn =
        before == null
            ? List.of()
            : before.keys().stream().filter(FollowedKey::isWithdrawn).toList();
    return new FollowedZone(zone, withdrawn, Instant.EPOCH, now);
  }

  /**
   * The zone after its keys have been looked at.
   *
   * @param configured tells keys that the configuration names
   */
  FollowedZone after(Sighting seen, Predicate<DnskeyRdata> configured, Instant now) {
    List<FollowedKey> changed = new ArrayList<>();
    for (FollowedKey key : keys) {
      FollowedKey dated = key.now(key.state(), since(key, now));
      boolean forgotten =
          key.state() == ADD_PEND && seen.proved() && !isThere(seen, key) && !revokes(seen, key);
      if (!forgotten) {
        changed.add(next(dated, seen, now));
      }
    }
    for (DnskeyRdata key : seen.keys()) {
      DnskeyRdata plain = key.unrevoked();
      if (changed.stream().anyMatch(each -> each.key().equals(plain)) || !plain.isZoneKey()) {
        continue;
      }
      boolean known = configured.test(plain);
      if (seen.revoked().contains(key) && known) {
        changed.add(new FollowedKey(plain, REVOKED, now));
      } else if (seen.proved()
          && !key.isRevoked()
          && (known || key.isSecureEntryPoint())
          && changed.size() < MAX_KEYS) {
        changed.add(new FollowedKey(plain, known ? VALID : ADD_PEND, now));
      }
    }
    return new FollowedZone(
        zone, changed, seen.proved() ? now : refreshed, now.plus(interval(seen)));
  }

  /**
   * When a key came into its state, by the clock of now. A time that lies ahead, because the clock
   * went back, counts from now, and a new key does not wait while nobody looks, nor in a time that
   * the clock has left out: hold-down times get longer by that, never shorter.
   */
  private Instant since(FollowedKey key, Instant now) {
    Instant looked = key.state() == ADD_PEND && next.isBefore(now) ? next : now;
    Duration held = longer(Duration.ZERO, Duration.between(key.since(), looked));
    return now.minus(held);
  }

  private static FollowedKey next(FollowedKey key, Sighting seen, Instant now) {
    if (!key.isWithdrawn() && revokes(seen, key)) {
      return key.now(REVOKED, now);
    }
    if (!seen.proved()) {
      return key;
    }
    boolean there = isThere(seen, key);
    Duration held = Duration.between(key.since(), now);
    return switch (key.state()) {
      case ADD_PEND -> held.compareTo(addHoldDown(seen)) >= 0 ? key.now(VALID, now) : key;
      case VALID -> there ? key : key.now(MISSING, now);
      case MISSING -> there ? key.now(VALID, now) : key;
      case REVOKED -> held.compareTo(HOLD_DOWN) >= 0 ? key.now(REMOVED, now) : key;
      case REMOVED -> key;
    };
  }

  private static Duration addHoldDown(Sighting seen) {
    return longer(HOLD_DOWN, seen.originalTtl());
  }

  private static boolean isThere(Sighting seen, FollowedKey key) {
    return seen.keys().contains(key.key());
  }

  private static boolean revokes(Sighting seen, FollowedKey key) {
    return seen.revoked().stream().anyMatch(each -> each.unrevoked().equals(key.key()));
  }

  /** When to look again (RFC 5011 §2.3). */
  private static Duration interval(Sighting seen) {
    return seen.proved()
        ? longer(
            HOUR,
            shorter(LONGEST_INTERVAL, shorter(seen.originalTtl(), seen.validity()).dividedBy(2)))
        : longer(
            HOUR,
            shorter(DAY, shorter(seen.originalTtl(), seen.validity()).dividedBy(RETRY_SHARE)));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** Revoked, now or long ago. */
  boolean isWithdrawn(DnskeyRdata key) {
    return keys.stream().anyMatch(each -> each.isWithdrawn() && each.key().equals(key.unrevoked()));
  }

  /** Learned or confirmed, and not revoked. */
  List<DnskeyRdata> trusted() {
    return keys.stream().filter(FollowedKey::isTrusted).map(FollowedKey::key).toList();
  }
}
