package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.settings.AccessSettings;
import dev.namewell.core.settings.CacheSettings;
import dev.namewell.core.settings.LimitSettings;
import dev.namewell.core.settings.LogSettings;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.settings.Settings;
import dev.namewell.core.settings.ValidationSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Right configurations. */
class SettingsReaderTest {
  @TempDir Path folder;

  @Test
  void anEmptyFileIsAllDefaults() {
    Settings settings = Configs.settings(folder, "");
    assertThat(settings.listen()).hasToString("[127.0.0.1:5300, [::1]:5300]");
    assertThat(settings.threads()).isZero();
    assertThat(settings.access().outsiders()).isEqualTo(AccessSettings.Outsiders.REFUSE);
    assertThat(settings.access().allow())
        .hasToString(
            "[127.0.0.0/8, ::1/128, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7,"
                + " fe80::/10]");
    RouteSettings root = settings.routes().getFirst();
    assertThat(root.zone()).isEqualTo(DnsName.ROOT);
    assertThat(root.upstreams()).hasToString("[192.0.2.53:53]");
    assertThat(root.strategy()).isEqualTo(RouteSettings.Strategy.ORDERED);
    assertThat(root.timeout()).isEqualTo(Duration.ofMillis(400));
    assertThat(settings.cache())
        .isEqualTo(
            new CacheSettings(
                Configs.CACHE_BYTES,
                Duration.ZERO,
                Duration.ofDays(1),
                Duration.ofHours(1),
                Optional.empty(),
                Duration.ofMinutes(5),
                Optional.of(
                    new CacheSettings.Stale(
                        Duration.ofDays(1), Duration.ofSeconds(30), Duration.ofMillis(1800))),
                true));
    assertThat(settings.service())
        .isEqualTo(
            new ServiceSettings(
                ServiceSettings.UdpForm.AUTO,
                1232,
                Optional.empty(),
                true,
                ServiceSettings.Cookies.ON,
                ServiceSettings.Mdns.DENY,
                true));
    assertThat(settings.limits()).isEqualTo(LimitSettings.defaults());
    assertThat(settings.http()).hasToString("Optional[127.0.0.1:9153]");
    assertThat(settings.control()).contains(Configs.CONTROL);
    assertThat(settings.log())
        .isEqualTo(new LogSettings(LogSettings.Level.INFO, LogSettings.Format.TEXT, false));
  }

  @Test
  void aTrustAnchorThatCanNameNoKeyIsTakenAsOneThatTrustsNothing() {
    Settings settings =
        Configs.settings(
            folder,
            """
            dnssec:
              trust-anchors:
                - ". IN DS 20326 8 1 %1$s ; SHA-1 has 20 octets"
                - "example. 300 IN DS 4711 13 77 %1$s"
            """
                .formatted("ab".repeat(32)));

    assertThat(settings.validation().anchors())
        .extracting(anchor -> HexFormat.of().formatHex(anchor.ds().getFirst()))
        .containsExactly("4f660801" + "ab".repeat(32), "12670d4d" + "ab".repeat(32));
  }

  private static final String EVERYTHING =
      """
      listen: 0.0.0.0
      udp: portable
      threads: 3
      allow: [192.0.2.7, "2001:db8::/32"]
      outsiders: silence
      mode: forward
      upstreams: ["192.0.2.1", "2001:db8::1", "[2001:db8::2]:5353"]
      routes:
        - zone: lab.example
          mode: stub
          upstreams: 10.1.0.53
          strategy: parallel
          timeout: 1.5s
      cache:
        size: 1GiB
        min-ttl: 1m
        file: /tmp/cache
        save-interval: 30m
        stale: off
        prefetch: false
      dnssec: {validation: off, sha1: digests}
      service:
        udp-payload-size: 4096
        identity: ns1 rack 7
        version: off
        mdns: forward
        private-reverse: off
      limits: {resolutions: 10, query-time: 3s, tcp-idle: 500ms}
      http: off
      control: off
      log: {level: debug, format: json, queries: on}
      """;

  @Test
  void everythingCanBeSet() {
    Settings settings = Configs.settings(folder, EVERYTHING);
    assertThat(settings.listen()).hasToString("[0.0.0.0:53]");
    assertThat(settings.threads()).isEqualTo(3);
    assertThat(settings.access().allow()).hasToString("[192.0.2.7/32, 2001:db8::/32]");
    assertThat(settings.access().outsiders()).isEqualTo(AccessSettings.Outsiders.SILENCE);
    assertThat(settings.validation().sha1()).isEqualTo(ValidationSettings.Sha1.DIGESTS);
    RouteSettings lab = settings.routes().get(0);
    assertThat(lab.mode()).isEqualTo(RouteSettings.Mode.STUB);
    assertThat(lab.strategy()).isEqualTo(RouteSettings.Strategy.PARALLEL);
    assertThat(lab.timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.routes().get(1).upstreams())
        .hasToString("[192.0.2.1:53, [2001:db8::1]:53, [2001:db8::2]:5353]");
    assertThat(settings.cache().sizeBytes()).isEqualTo(1L << 30);
    assertThat(settings.cache().file()).contains(Path.of("/tmp/cache"));
    assertThat(settings.cache().stale()).isEmpty();
    assertThat(settings.cache().prefetch()).isFalse();
    assertThat(settings.service().identity()).contains("ns1 rack 7");
    assertThat(settings.service().udp()).isEqualTo(ServiceSettings.UdpForm.PORTABLE);
    assertThat(settings.service().privateReverse()).isFalse();
    assertThat(settings.limits().resolutions()).isEqualTo(10);
    assertThat(settings.limits().tcpIdle()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.limits().exchanges()).isEqualTo(LimitSettings.defaults().exchanges());
    assertThat(settings.http()).isEmpty();
    assertThat(settings.control()).isEmpty();
    assertThat(settings.log().queries()).isTrue();
  }

  @Test
  void aRouteForTheRootNeedsNoUpstreams() {
    Settings settings =
        Configs.settings(folder, "routes: [{zone: ., upstreams: 192.0.2.1, strategy: fastest}]");
    assertThat(settings.routes()).hasSize(1);
    assertThat(settings.routes().getFirst().strategy()).isEqualTo(RouteSettings.Strategy.FASTEST);
  }

  @Test
  void aSectionWithAllItsKeysCommentedOut() {
    assertThat(Configs.settings(folder, "cache:\n  # size: 1MiB\nlog:\n"))
        .isEqualTo(Configs.settings(folder, ""));
  }

  @Test
  void keysThatNeedARestart() {
    Settings old = Configs.settings(folder, "");
    Settings changed =
        Configs.settings(
            folder,
            """
            listen: 127.0.0.1:5301
            udp: portable
            threads: 1
            upstreams: 192.0.2.1
            cache: {file: /tmp/cache, size: 1MiB}
            http: off
            control: off
            log: {level: debug}
            """);
    assertThat(ConfigSource.needRestart(old, old)).isEmpty();
    assertThat(ConfigSource.needRestart(old, changed))
        .containsExactly("listen", "udp", "threads", "cache.file", "http", "control");
    Settings hot = Configs.settings(folder, "upstreams: 192.0.2.1\nservice: {version: off}\n");
    assertThat(ConfigSource.needRestart(old, hot)).isEmpty();
  }

  @Test
  void aGlanceAtAWrongConfigurationStillFindsTheServer() {
    String yaml = "listen: 127.0.0.1:5399\ncontrol: /tmp/c.sock\nthreads: wrong\nnonsense: 1\n";
    ConfigSource.Glance glance = Configs.source(folder, yaml, Map.of()).glance();
    assertThat(glance.listen()).hasToString("[127.0.0.1:5399]");
    assertThat(glance.control()).contains(Path.of("/tmp/c.sock"));
    assertThat(Configs.source(folder, "{", Map.of()).glance().control()).contains(Configs.CONTROL);
  }

  @Test
  void theUsualPlacesOfTheControlSocket() {
    assertThat(Surroundings.ofThisMachine(Map.of("RUNTIME_DIRECTORY", "/run/x")).controlSocket())
        .isEqualTo(Path.of("/run/x/control.sock"));
    Path usual =
        Surroundings.ofThisMachine(Map.of("XDG_RUNTIME_DIR", "/run/user/7")).controlSocket();
    assertThat(List.of("/run/namewell/control.sock", "/run/user/7/namewell/control.sock"))
        .contains(usual.toString());
  }
}
