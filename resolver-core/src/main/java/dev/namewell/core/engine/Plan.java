package dev.namewell.core.engine;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.forward.Upstreams;
import dev.namewell.core.iterate.IterativeResolver;
import dev.namewell.core.policy.AccessRules;
import dev.namewell.core.policy.Policy;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.rootzone.RootZoneKeeper;
import dev.namewell.core.settings.AccessSettings.Outsiders;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.RouteSettings.Mode;
import dev.namewell.core.settings.ServiceSettings.Cookies;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.ReplyWriter;
import dev.namewell.core.wire.ServerCookies;
import org.jspecify.annotations.Nullable;

/**
 * One configuration, compiled: what the way of a query needs, and nothing that it would have to
 * compute. Swapped as a whole.
 *
 * @param recursion finds answers from the root down, where routes say so
 * @param rootZone keeps the copy of the root zone
 * @param staleTtlSeconds TTL in stale replies
 */
record Plan(
    Settings settings,
    AccessRules access,
    Outsiders outsiders,
    Policy policy,
    ReplyWriter.Options replies,
    Means means,
    Upstreams upstreams,
    IterativeResolver recursion,
    RootZoneKeeper rootZone,
    int staleTtlSeconds) {
  /** Begins to look after those who are asked. */
  void start() {
    upstreams.start();
    if (asksRoot()) {
      recursion.start();
    }
    rootZone.start();
  }

  /** Ends what {@link #start} began. Resolutions under way go on. */
  void stop() {
    upstreams.stop();
    recursion.stop();
    rootZone.stop();
  }

  private boolean asksRoot() {
    return settings.routes().stream()
        .anyMatch(route -> route.mode() == Mode.RECURSIVE || route.fallback());
  }

  /** Why no question can be resolved just now, in words; null while one may be. */
  @Nullable String outage() {
    boolean rootDead = recursion.isRootDead();
    for (RouteSettings route : settings.routes()) {
      boolean dead =
          switch (route.mode()) {
            case FORWARD -> upstreams.areDead(route.zone()) && (!route.fallback() || rootDead);
            case RECURSIVE -> rootDead;
            case STUB -> false;
          };
      if (!dead) {
        return null;
      }
    }
    if (upstreams.routes().isEmpty()) {
      return "no root server answers";
    }
    return asksRoot() ? "no upstream answers, and no root server" : "no upstream answers";
  }

  /** The query could come from anybody, and that is not allowed. */
  boolean isSpoofable(Query query, Client client) {
    return settings.service().cookies() == Cookies.REQUIRED && !isProved(query, client);
  }

  /** Nobody can have sent the query but whoever has the client's address. */
  boolean isProved(Query query, Client client) {
    ServerCookies cookies = replies.cookies();
    return client.transport() != Transport.UDP
        || (cookies != null && cookies.areValid(query, client));
  }
}
