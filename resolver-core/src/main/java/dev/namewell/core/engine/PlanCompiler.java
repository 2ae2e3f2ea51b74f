package dev.namewell.core.engine;

import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.forward.Upstreams;
import dev.namewell.core.policy.AccessRules;
import dev.namewell.core.policy.Policy;
import dev.namewell.core.resolve.Resolutions.Means;
import dev.namewell.core.settings.CacheSettings.Stale;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.wire.ReplyWriter;
import java.nio.charset.StandardCharsets;

/** Makes a plan of settings. What is known about servers is shared by all plans. */
final class PlanCompiler {
  private final Environment world;
  private final ServerClient.Ports ports;
  private final ServerMemories memories;
  private final ServerClient client;

  PlanCompiler(Environment world) {
    this.world = world;
    ports =
        new ServerClient.Ports(
            world.exchange(), world.tasks(), world.time(), world.events(), world.random());
    memories = new ServerMemories(world.random());
    client = new ServerClient(ports);
  }

  Plan compile(Settings settings) {
    byte[] nsid = settings.service().identity().orElse("").getBytes(StandardCharsets.UTF_8);
    Upstreams upstreams = new Upstreams(settings.routes(), memories, client, ports);
    return new Plan(
        settings,
        new AccessRules(settings.access().allow()),
        settings.access().outsiders(),
        new Policy(settings.service(), settings.routes()),
        new ReplyWriter.Options(settings.service().udpPayloadSize(), nsid, world.tcpKeepalive()),
        new Means(
            upstreams.resolver(),
            settings.limits(),
            settings.cache().stale().map(Stale::clientWait).orElse(null)),
        upstreams,
        settings.cache().stale().map(stale -> (int) stale.answerTtl().toSeconds()).orElse(0));
  }
}
