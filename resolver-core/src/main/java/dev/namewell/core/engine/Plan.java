package dev.namewell.core.engine;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.forward.Upstreams;
import dev.namewell.core.policy.AccessRules;
import dev.namewell.core.policy.Policy;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.rootzone.RootZoneKeeper;
import dev.namewell.core.settings.AccessSettings.Outsiders;
import dev.namewell.core.settings.ServiceSettings.Cookies;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.wire.Query;
import dev.namewell.core.wire.ReplyWriter;
import dev.namewell.core.wire.ServerCookies;

/**
 * One configuration, compiled: what the way of a query needs, and nothing that it would have to
 * compute. Swapped as a whole.
 *
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
    RootZoneKeeper rootZone,
    int staleTtlSeconds) {
  /** The query could come from anybody, and that is not allowed. */
  boolean isSpoofable(Query query, Client client) {
    ServerCookies cookies = replies.cookies();
    return settings.service().cookies() == Cookies.REQUIRED
        && cookies != null
        && client.transport() == Transport.UDP
        && !cookies.areValid(query, client);
  }
}
