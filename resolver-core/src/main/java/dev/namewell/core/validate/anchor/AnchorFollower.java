package dev.namewell.core.validate.anchor;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.port.Events;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Tasks;
import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the keys of trust anchors' zones now and then and keeps what comes of it (RFC 5011), and
 * ends negative anchors that are not needed any more (RFC 7646). One task, from {@link #start} to
 * {@link #stop}.
 */
public final class AnchorFollower {
  /**
   * The wall clock may be set while we sleep, and negative anchors may come; their zones are tried
   * again as often.
   */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(5);

  /** How soon to look again whether the clock has been set. */
  private static final Duration CLOCK_RECHECK = Duration.ofSeconds(30);

  /**
   * Seconds before the first look, unless somebody is in a hurry: who starts has clients to serve.
   */
  private static final int PATIENCE = 10;

  private static final Duration LONGEST_WRITE = Duration.ofSeconds(30);
  private static final Duration SHORTEST_SLEEP = Duration.ofSeconds(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(15);

  private final boolean follow;
  private final TrustAnchors anchors;
  private final AnchorMemory memory;
  private final Tasks tasks;
  private final ClockTrust clock;
  private final Events events;

  /** Zones that a negative anchor covered at the round before; the task's own. */
  private Set<DnsName> unlooked = Set.of();

  private volatile boolean hurried;
  private volatile boolean stopped;

  /** What it needs of the world. */
  public record Outside(Tasks tasks, Events events) {}

  /**
   * @param follow false: keys stay those of the configuration
   */
  public AnchorFollower(
      boolean follow,
      TrustAnchors anchors,
      AnchorMemory memory,
      ClockTrust clock,
      Outside outside) {
    this.follow = follow;
    this.anchors = anchors;
    this.memory = memory;
    this.clock = clock;
    this.tasks = outside.tasks();
    this.events = outside.events();
  }

  /**
   * Begins. Once.
   *
   * @param changed called when other keys are trusted than before
   * @param ended called with each zone whose negative anchor has ended: what is remembered of it
   *     was not proved
   */
  public void start(Sighting.Look look, Runnable changed, Consumer<DnsName> ended) {
    tasks.<@Nullable Void>start(
        "follow trust anchors",
        () -> {
          for (int i = 0; i < PATIENCE && !hurried; i++) {
            tasks.sleep(SHORTEST_SLEEP);
          }
          while (!stopped) {
            try {
              endNegative(look, ended);
              tasks.sleep(round(look, changed));
            } catch (RuntimeException defect) {
              events.defect(Part.TRUST_ANCHORS, "following keys", defect);
              tasks.sleep(LONGEST_SLEEP);
            }
          }
          return null;
        });
  }

  /** Does not wait with the first look: signatures of a trust anchor's zone are of another time. */
  public void hurry() {
    hurried = true;
  }

  /** Ends after the look that is under way. */
  public void stop() {
    stopped = true;
  }

  /** Looks at each zone whose time has come; returns for how long there is nothing to do. */
  private Duration round(Sighting.Look look, Runnable changed) {
    Duration pause = LONGEST_SLEEP;
    for (DnsName zone : follow ? anchors.zones() : List.<DnsName>of()) {
      Instant now = memory.now();
      FollowedZone known = anchors.followed(zone);
      FollowedZone before =
          known == null ? FollowedZone.begin(zone, memory.zone(zone), now) : known;
      Duration left = Duration.between(now, before.next());
      boolean clockWentBack = left.compareTo(LONGEST_INTERVAL) > 0;
      if (!left.isPositive() || clockWentBack) {
        Sighting seen = look.at(zone);
        if (!clock.isTrusted()) {
          pause = CLOCK_RECHECK;
          continue;
        }
        FollowedZone after =
            before.after(seen, key -> anchors.isConfigured(zone, key), memory.now());
        write(() -> memory.keep(after));
        if (tell(before, after)) {
          changed.run();
        }
        left = Duration.between(memory.now(), after.next());
      }
      pause = left.compareTo(pause) < 0 ? left : pause;
    }
    return pause.compareTo(SHORTEST_SLEEP) < 0 ? SHORTEST_SLEEP : pause;
  }

  /** Ends negative anchors whose time is over, or whose zone validates again (RFC 7646 §2). */
  private void endNegative(Sighting.Look look, Consumer<DnsName> ended) {
    for (Map.Entry<DnsName, Instant> anchor : memory.negative().entrySet()) {
      DnsName zone = anchor.getKey();
      boolean over = !memory.now().isBefore(anchor.getValue());
      if (over || look.validates(zone)) {
        write(() -> memory.keepNegative(zone, null));
        String why = over ? "its time is over" : "the zone validates again";
        events.trust("negative trust anchor " + zone + " has ended: " + why);
      } else if (anchor.getValue().isAfter(memory.now().plus(AnchorMemory.LONGEST_NEGATIVE))) {
        // The clock was ahead when it was set.
        Instant until = memory.now().plus(AnchorMemory.LONGEST_NEGATIVE);
        write(() -> memory.shortenNegative(zone, until));
      }
    }
    Set<DnsName> before = unlooked;
    unlooked =
        anchors.view().negative().stream()
            .map(NegativeAnchor::zone)
            .collect(Collectors.toUnmodifiableSet());
    before.stream().filter(zone -> !unlooked.contains(zone)).forEach(ended);
  }

  /** Disks are slow, and this task may be carried by a thread that serves queries. */
  private void write(Runnable change) {
    var _ =
        tasks
            .compute(
                () -> {
                  change.run();
                  return true;
                })
            .await(LONGEST_WRITE);
  }

  private boolean tell(FollowedZone before, FollowedZone after) {
    boolean any = false;
    for (FollowedKey key : after.keys()) {
      boolean same =
          before.keys().stream()
              .anyMatch(old -> old.key().equals(key.key()) && old.state() == key.state());
      if (!same) {
        any = true;
        events.trust("trust anchor " + after.zone() + ": key " + key.key().tag() + words(key));
      }
    }
    return any;
  }

  private static String words(FollowedKey key) {
    return switch (key.state()) {
      case ADD_PEND -> " is new; it is trusted when it has been there for 30 days";
      case VALID -> " is trusted";
      case MISSING -> " is trusted, but the zone has it no more";
      case REVOKED -> " is revoked and not trusted any more";
      case REMOVED -> " was revoked and is done with";
    };
  }
}
