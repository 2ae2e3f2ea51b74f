package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Command;
import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.Host;
import dev.namewell.server.testing.Requires;
import dev.namewell.server.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Device, home, provider, authoritative server: each a host of its own. The device learns its DNS
 * server by DHCP; home and provider run Namewell; the first upstream of the home is dead.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanChainTest {
  private static final String ZONE =
      """
      $TTL 300
      . SOA ns.test-root. host.test-root. 1 7200 3600 86400 60
      . NS ns.test-root.
      ns.test-root. A 10.99.3.2
      www.shop.example. A 192.0.2.10
      www.shop.example. AAAA 2001:db8::10
      alias.shop.example. CNAME www.shop.example.
      """;

  private Host device;
  private Host home;
  private Host provider;
  private Host authority;
  private Daemon nsd;
  private Daemon providerNamewell;
  private Daemon homeNamewell;
  private Daemon dhcp;

  @BeforeAll
  void build(@TempDir Path folder) throws IOException {
    String dnsmasq = Requires.tool("dnsmasq");
    String udhcpc = Requires.tool("udhcpc");
    device = new Host("device");
    home = new Host("home");
    provider = new Host("provider");
    authority = new Host("authority");
    Host.cable(device, "lan0", home, "lan0");
    Host.cable(home, "wan0", provider, "cust0");
    Host.cable(provider, "core0", authority, "core0");
    home.address("lan0", "10.99.1.1/24").address("wan0", "10.99.2.1/24");
    provider.address("cust0", "10.99.2.2/24").address("core0", "10.99.3.1/24");
    authority.address("core0", "10.99.3.2/24");

    nsd = authority.start(folder, nsdCommand(folder, "10.99.3.2"));
    providerNamewell =
        namewell(
            provider,
            folder,
            """
            listen: "10.99.2.2:53"
            allow: "10.99.0.0/16"
            routes: [{zone: "example", mode: stub, upstreams: "10.99.3.2"}]
            upstreams: "10.99.3.2"
            http: off
            control: off
            """);
    homeNamewell =
        namewell(
            home,
            folder,
            """
            listen: ["0.0.0.0:53", "[::]:53"]
            upstreams: ["10.99.2.99", "10.99.2.2"]
            http: off
            control: off
            """);
    dhcp =
        home.start(
            folder,
            List.of(
                dnsmasq,
                "--keep-in-foreground",
                "--port=0",
                "--conf-file=/dev/null",
                "--leasefile-ro",
                "--interface=lan0",
                "--bind-interfaces",
                "--dhcp-range=10.99.1.100,10.99.1.150,1h",
                "--dhcp-option=6,10.99.1.1",
                "--log-facility=-",
                "--log-dhcp"));
    dhcp.untilLogged("DHCP");
    lease(folder, udhcpc);
  }

  private static List<String> nsdCommand(Path folder, String address) {
    Servers.write(folder.resolve("root.zone"), ZONE);
    Path config = folder.resolve("nsd.conf");
    Servers.write(
        config,
        """
        server:
          ip-address: %s
          username: ""
          chroot: ""
          zonesdir: "%s"
          pidfile: "%s/nsd.pid"
          xfrdfile: ""
          zonelistfile: "%s/nsd.list"
          logfile: ""
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: "."
          zonefile: "root.zone"
        """
            .formatted(address, folder, folder, folder));
    return List.of(Requires.tool("nsd"), "-d", "-c", config.toString());
  }

  private static Daemon namewell(Host host, Path folder, String config) {
    Path file = folder.resolve(host.name() + ".yaml");
    Servers.write(file, config);
    return Daemon.start(
            folder,
            host.name(),
            Servers.namewellCommand(host.prefix(), "serve", "--config", file.toString()))
        .untilLogged("ready");
  }

  private void lease(Path folder, String udhcpc) throws IOException {
    Path resolvConf = device.resolvConf();
    Path script = folder.resolve("lease");
    Servers.write(
        script,
        """
        #!/bin/sh
        [ "$1" = bound ] || exit 0
        ip address add "$ip/$mask" dev "$interface"
        for server in $dns; do echo "nameserver $server"; done > %s
        """
            .formatted(resolvConf));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    device.run(udhcpc, "-f", "-q", "-n", "-i", "lan0", "-s", script.toString());
  }

  @AfterAll
  void remove() {
    for (AutoCloseable part :
        new AutoCloseable[] {
          dhcp, homeNamewell, providerNamewell, nsd, device, home, provider, authority
        }) {
      if (part != null) {
        try {
          part.close();
        } catch (Exception trouble) {
          throw new AssertionError(trouble);
        }
      }
    }
  }

  @Test
  void theDeviceHasLearntItsServerByDhcp() throws IOException {
    assertThat(Files.readString(device.resolvConf())).isEqualTo("nameserver 10.99.1.1\n");
  }

  @Test
  void theLibraryOfTheDeviceResolves() {
    assertThat(device.run("getent", "ahostsv4", "www.shop.example")).contains("192.0.2.10");
    assertThat(device.run("getent", "ahostsv6", "www.shop.example")).contains("2001:db8::10");
    assertThat(device.run("getent", "hosts", "alias.shop.example")).contains("www.shop.example");
    assertThat(device.run(Requires.tool("nslookup"), "alias.shop.example"))
        .contains("Server:\t\t10.99.1.1", "Non-authoritative answer:", "192.0.2.10");
  }

  @Test
  void digResolvesThroughAllTiersOverUdpAndTcp() {
    assertThat(device.run("dig", "www.shop.example", "AAAA"))
        .contains("status: NOERROR", "2001:db8::10", "SERVER: 10.99.1.1#53");
    assertThat(device.run("dig", "+tcp", "alias.shop.example")).contains("192.0.2.10");
    assertThat(device.run("dig", "no.such.name.example")).contains("status: NXDOMAIN");
  }

  @Test
  void aHostOutsideTheAllowedNetworksIsRefused() {
    device.run("ip", "address", "add", "198.51.100.7/32", "dev", "lan0");
    home.run("ip", "route", "add", "198.51.100.7/32", "dev", "lan0");
    assertThat(
            Command.run(
                    "ip",
                    "netns",
                    "exec",
                    device.name(),
                    "dig",
                    "-b",
                    "198.51.100.7",
                    "@10.99.1.1",
                    "www.shop.example")
                .output())
        .contains("status: REFUSED");
  }
}
