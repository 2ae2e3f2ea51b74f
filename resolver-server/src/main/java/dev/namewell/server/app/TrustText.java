package dev.namewell.server.app;

import dev.namewell.core.settings.ValidationSettings.NegativeAnchor;
import dev.namewell.core.validate.anchor.FollowedKey;
import dev.namewell.core.validate.anchor.FollowedZone;
import dev.namewell.core.validate.anchor.TrustAnchors;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Trust anchors in words, a line for each key and each negative anchor. */
final class TrustText {
  private TrustText() {}

  static String all(TrustAnchors.View view) {
    StringBuilder text = new StringBuilder();
    for (FollowedZone zone : view.zones()) {
      text.append("anchor ").append(zone.zone());
      text.append(
          zone.refreshed().equals(Instant.EPOCH)
              ? ": the configured keys; not seen yet\n"
              : ": seen " + date(zone.refreshed()) + ", next " + date(zone.next()) + "\n");
      for (FollowedKey key : zone.keys()) {
        text.append("  key %d %s since %s%n".formatted(key.tag(), word(key), date(key.since())));
      }
    }
    return text + negatives(view);
  }

  static String negative(TrustAnchors.View view) {
    return view.negative().isEmpty() ? "no negative trust anchors" : negatives(view);
  }

  private static String negatives(TrustAnchors.View view) {
    List<String> lines =
        view.negative().stream().map(each -> "negative " + each.zone() + end(each) + "\n").toList();
    return String.join("", lines);
  }

  /** What a new end for a zone takes the place of. */
  static String replaced(List<NegativeAnchor> before) {
    return before.isEmpty() ? "" : " instead of" + end(before.getFirst());
  }

  /** What no command changes. */
  static String configured(List<NegativeAnchor> anchors) {
    return anchors.isEmpty()
        ? ""
        : "; that of the configuration stays in force" + end(anchors.getFirst());
  }

  private static String end(NegativeAnchor anchor) {
    return anchor.until().map(until -> " until " + date(until)).orElse(" without an end");
  }

  private static String word(FollowedKey key) {
    return key.state().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String date(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
