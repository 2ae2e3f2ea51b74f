package dev.namewell.server.demo;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.AccessSettings;
import dev.namewell.core.settings.Address;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.settings.LogSettings;
import dev.namewell.core.settings.Network;
import dev.namewell.core.settings.RecursionSettings;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The demo's configuration: the defaults, on this machine only, with two upstreams. */
final class DemoSettings {
  /** As {@code namewell serve} without configuration. */
  static final int USUAL_PORT = 5300;

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int LOOPBACK_PREFIX = 8;
  private static final long CACHE_BYTES = 8L << 20;
  private static final int UDP_PAYLOAD = 1232;
  private static final Duration FIRST_TRY = Duration.ofMillis(400);

  private DemoSettings() {}

  /**
   * Settings for a resolver between these upstreams.
   *
   * @param port 0: any that is free
   */
  static Settings of(List<InetSocketAddress> upstreams, int port) {
    RouteSettings forwarding =
        new RouteSettings(
            DnsName.ROOT,
            RouteSettings.Mode.FORWARD,
            upstreams.stream().map(DemoSettings::address).toList(),
            RouteSettings.Strategy.ORDERED,
            FIRST_TRY,
            false);
    Network own = new Network(InetAddress.ofLiteral("127.0.0.0"), LOOPBACK_PREFIX);
    return new Settings(
        List.of(new Address(LOOPBACK, port)),
        1,
        new AccessSettings(List.of(own), AccessSettings.Outsiders.REFUSE),
        List.of(forwarding),
        RecursionSettings.defaults(),
        ValidationSettings.off(),
        cache(),
        new ServiceSettings(
            ServiceSettings.UdpForm.AUTO,
            UDP_PAYLOAD,
            Optional.empty(),
            true,
            ServiceSettings.Cookies.ON,
            ServiceSettings.Mdns.DENY,
            true),
        LimitSettings.defaults(),
        Optional.empty(),
        Optional.empty(),
        new LogSettings(LogSettings.Level.ERROR, LogSettings.Format.TEXT, false));
  }

  private static Address address(InetSocketAddress server) {
    return new Address(server.getAddress(), server.getPort());
  }

  private static CacheSettings cache() {
    return new CacheSettings(
        CACHE_BYTES,
        Duration.ZERO,
        Duration.ofDays(1),
        Duration.ofHours(1),
        Optional.empty(),
        Duration.ofMinutes(5),
        Optional.of(
            new CacheSettings.Stale(
                Duration.ofDays(1), Duration.ofSeconds(30), Duration.ofMillis(1800))),
        true);
  }

  /**
   * The usual port, or 0 where it is taken. Tried here, because a listener that shares its port
   * among several sockets would share it with another resolver of the same user as well.
   */
  static int freePort() {
    InetSocketAddress wanted = new InetSocketAddress(LOOPBACK, USUAL_PORT);
    try (DatagramSocket _ = new DatagramSocket(wanted);
        ServerSocket _ = new ServerSocket(USUAL_PORT, 1, LOOPBACK)) {
      return USUAL_PORT;
    } catch (IOException _) {
      return 0;
    }
  }
}
