package dev.namewell.core.engine;

import dev.namewell.core.policy.AccessRules;
import dev.namewell.core.policy.Policy;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.wire.ReplyWriter;
import java.nio.charset.StandardCharsets;

/** Makes a plan of settings. */
final class PlanCompiler {
  private final Environment world;

  PlanCompiler(Environment world) {
    this.world = world;
  }

  Plan compile(Settings settings, Forwarding forwarding) {
    byte[] nsid =
        settings.service().identity().orElse("").getBytes(StandardCharsets.UTF_8);
    return new Plan(
        settings,
        new AccessRules(settings.access().allow()),
        settings.access().outsiders(),
        new Policy(settings.service(), settings.routes()),
        new ReplyWriter.Options(
            settings.service().udpPayloadSize(), nsid, world.tcpKeepalive()),
        new Means(
            forwarding.resolver(),
            settings.limits(),
            settings.cache().stale().map(Stale::clientWait).orElse(null)),
        forwarding,
        settings.cache().stale().map(stale -> (int) stale.answerTtl().toSeconds()).orElse(0));
  }
}
