package dev.namewell.server.app;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import dev.namewell.core.settings.ValidationSettings.TrustAnchor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a configuration means, in words. */
public final class SettingsText {
  /** Who has more routes knows them. */
  private static final int MOST_ROUTES = 5;

  private SettingsText() {}

  /** Whom answers come from and whether they are proved, in one line. */
  static String line(Settings settings) {
    List<RouteSettings> routes = new ArrayList<>(settings.routes());
    routes.sort(Comparator.comparing(route -> !route.zone().isRoot()));
    List<String> parts = new ArrayList<>();
    for (RouteSettings route : routes.subList(0, Math.min(routes.size(), MOST_ROUTES))) {
      parts.add(route(route, settings));
    }
    if (routes.size() > MOST_ROUTES) {
      parts.add(routes.size() - MOST_ROUTES + " more routes");
    }
    parts.add("validation " + validation(settings));
    return String.join(", ", parts);
  }

  /** A zone, how its names are resolved, and by whom. */
  public static String route(RouteSettings route, Settings settings) {
    return route.zone()
        + " "
        + word(route.mode())
        + (route.mode() == Mode.RECURSIVE
            ? " from " + root(settings)
            : " to " + join(route.upstreams()) + " (" + word(route.strategy()) + ")")
        + (route.fallback() ? ", else recursive from " + root(settings) : "");
  }

  private static String root(Settings settings) {
    var hints = settings.recursion().rootHints();
    return hints.isEmpty()
        ? "IANA's root servers"
        : "the root servers "
            + join(hints.stream().flatMap(server -> server.addresses().stream()).toList());
  }

  /** As the configuration writes it; where not all names are proved, which are. */
  public static String validation(Settings settings) {
    ValidationSettings validation = settings.validation();
    List<DnsName> anchored =
        validation.anchors().stream().map(TrustAnchor::zone).distinct().sorted().toList();
    boolean all =
        validation.mode() == ValidationSettings.Mode.OFF || anchored.contains(DnsName.ROOT);
    return word(validation.mode()) + (all ? "" : ", below " + join(anchored) + " only");
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String join(List<?> values) {
    return String.join(", ", values.stream().map(Object::toString).toList());
  }
}
