package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Memo;
import dev.namewell.core.port.Time;
import dev.namewell.core.validate.anchor.MemoText.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What was learned and said about trust while running: it outlives a configuration and, in a memo,
 * the program. What cannot be read is as if there were nothing: then the configuration alone
 * counts. Thread-safe.
 */
public final class AnchorMemory {
  /** For how long a negative anchor that is set while running may last (RFC 7646 §2.1). */
  public static final Duration LONGEST_NEGATIVE = Duration.ofDays(7);

  private final Memo memo;
  private final Time time;
  private volatile Known known;

  /**
   * All of it. Immutable.
   *
   * @param zones whose keys are followed
   * @param negative zones that an operator wants not to be validated, and until when (RFC 7646)
   */
  record Known(Map<DnsName, FollowedZone> zones, Map<DnsName, Instant> negative) {
    static final Known NOTHING = new Known(Map.of(), Map.of());

    Known {
      zones = Map.copyOf(zones);
      negative = Map.copyOf(negative);
    }

    Known with(FollowedZone zone) {
      Map<DnsName, FollowedZone> changed = new TreeMap<>(zones);
      changed.put(zone.zone(), zone);
      return new Known(changed, negative);
    }

    Known withNegative(DnsName zone, @Nullable Instant until) {
      Map<DnsName, Instant> changed = new TreeMap<>(negative);
      if (until == null) {
        changed.remove(zone);
      } else {
        changed.put(zone, until);
      }
      return new Known(zones, changed);
    }
  }

  /** Reads the memo, so it blocks. */
  public AnchorMemory(Memo memo, Time time, Events events) {
    this.memo = memo;
    this.time = time;
    this.known = load(memo, events);
  }

  private static Known load(Memo memo, Events events) {
    String text = memo.load();
    if (text == null) {
      return Known.NOTHING;
    }
    try {
      Reading read = MemoText.read(text);
      if (read.surplus() > 0) {
        events.limitReached("zones in the trust anchor file");
        events.trust(
            "the trust anchor file has %d zones too many, which are left out"
                .formatted(read.surplus()));
      }
      return read.known();
    } catch (IllegalArgumentException damaged) {
      memo.setAside(String.valueOf(damaged.getMessage()));
      return Known.NOTHING;
    }
  }

  Instant now() {
    return time.wallClock();
  }

  @Nullable FollowedZone zone(DnsName zone) {
    return known.zones().get(zone);
  }

  /** Negative anchors that were set while running, those that have ended included. */
  public Map<DnsName, Instant> negative() {
    return known.negative();
  }

  /** When keys were last proved; the epoch if never. */
  Instant latest() {
    return known.zones().values().stream()
        .map(FollowedZone::refreshed)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  /** Keeps what is known of a zone from now on. Blocks while it is written. */
  void keep(FollowedZone zone) {
    change(before -> before.with(zone));
  }

  /**
   * Keeps a negative anchor, or forgets it where {@code until} is null; false if there are too many
   * already. Blocks.
   */
  public boolean keepNegative(DnsName zone, @Nullable Instant until) {
    boolean more = until != null && !known.negative().containsKey(zone);
    if (more && known.negative().size() >= MemoText.MAX_ZONES) {
      return false;
    }
    change(before -> before.withNegative(zone, until));
    return true;
  }

  /** A negative anchor, if it is there still, lasts until then. Blocks. */
  void shortenNegative(DnsName zone, Instant until) {
    change(
        before -> before.negative().containsKey(zone) ? before.withNegative(zone, until) : before);
  }

  private synchronized void change(UnaryOperator<Known> how) {
    known = how.apply(known);
    memo.save(MemoText.write(known, time.wallClock()));
  }
}
