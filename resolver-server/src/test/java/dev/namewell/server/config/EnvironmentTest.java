package dev.namewell.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.settings.LogSettings;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Environment variables and command line options over a file. */
class EnvironmentTest {
  @TempDir Path folder;

  @Test
  void aVariableWinsOverTheFile() {
    Settings settings =
        Configs.settings(
            folder,
            "upstreams: 192.0.2.9\ncache: {size: 1MiB, max-ttl: 2h, stale: off}\n",
            Map.of(
                "NAMEWELL_UPSTREAMS", "192.0.2.1 192.0.2.2:5353, [2001:db8::1]:53",
                "NAMEWELL_CACHE__SIZE", "32MiB",
                "NAMEWELL_CACHE__STALE__ANSWER_TTL", "5s",
                "NAMEWELL_LOG__FORMAT", "json",
                "NAMEWELL_HTTP", "off"));
    assertThat(settings.routes().getFirst().upstreams())
        .hasToString("[192.0.2.1:53, 192.0.2.2:5353, [2001:db8::1]:53]");
    assertThat(settings.cache().sizeBytes()).isEqualTo(32 << 20);
    assertThat(settings.cache().maxTtl()).isEqualTo(Duration.ofHours(2));
    assertThat(settings.cache().stale().orElseThrow().answerTtl()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.log().format()).isEqualTo(LogSettings.Format.JSON);
    assertThat(settings.http()).isEmpty();
  }

  @Test
  void aListOfSectionsIsWrittenAsYaml() {
    Settings settings =
        Configs.settings(
            folder,
            "",
            Map.of("NAMEWELL_ROUTES", "[{zone: corp.example, mode: stub, upstreams: 10.0.0.53}]"));
    RouteSettings route = settings.routes().getFirst();
    assertThat(route.zone()).hasToString("corp.example.");
    assertThat(route.mode()).isEqualTo(RouteSettings.Mode.STUB);
  }

  @Test
  void whereAKeyWasWrittenIsKnown() {
    ConfigSource source =
        Configs.source(
            folder,
            "listen: [127.0.0.1, \"::1\"]\nupstreams: 192.0.2.9\n",
            Map.of("NAMEWELL_HTTP", "127.0.0.1:9153"));
    String file = folder + "/test.yaml:";
    assertThat(source.place("listen", 1)).isEqualTo(file + "1:21 listen[1]");
    assertThat(source.place("listen", -1)).isEqualTo(file + "1:9 listen");
    assertThat(source.place("upstreams", 0)).isEqualTo(file + "2:12 upstreams");
    assertThat(source.place("http", -1)).isEqualTo("NAMEWELL_HTTP http");
    assertThat(source.place("control", -1)).isEqualTo("control (the default)");
  }

  @Test
  void aValueFromAFile() {
    Path secret = Configs.write(folder.resolve("identity"), "rack-7\n");
    Settings settings =
        Configs.settings(
            folder,
            "",
            Map.of(
                "NAMEWELL_SERVICE__IDENTITY_FILE",
                secret.toString(),
                "NAMEWELL_CACHE__FILE",
                "/var/lib/namewell/cache"));
    assertThat(settings.service().identity()).contains("rack-7");
    assertThat(settings.cache().file()).contains(Path.of("/var/lib/namewell/cache"));
  }

  @Test
  void anErrorInAVariableNamesIt() {
    Map<String, String> environment =
        Map.of(
            "NAMEWELL_CACHE__SIZE", "lots",
            "NAMEWELL_CACHE__SICE", "1MiB",
            "NAMEWELL_THREADS_FILE", "/nowhere/threads",
            "NAMEWELL_UDP", "auto",
            "NAMEWELL_UDP_FILE", folder.resolve("resolv.conf").toString(),
            "NAMEWELL_UPSTREAMS", "192.0.2.1 here");
    assertThat(Configs.problems(folder, "threads: 1\n", environment))
        .containsExactly(
            "NAMEWELL_CACHE__SICE cache.sice: is not a key here; did you mean size?",
            "NAMEWELL_CACHE__SIZE cache.size: \"lots\" is not a size such as 64MiB (allowed: a size"
                + " with unit KiB, MiB or GiB, from 1MiB to 1024GiB)",
            "NAMEWELL_THREADS_FILE: the file /nowhere/threads cannot be read: no such file",
            "NAMEWELL_UDP_FILE: is given together with NAMEWELL_UDP (allowed: one)",
            "NAMEWELL_UDP_FILE udp: \"nameserver 192.0.2.53\" is not known (allowed: auto, batched,"
                + " portable)",
            "NAMEWELL_UPSTREAMS upstreams[1]: \"here\" is not an IP address (allowed: an IP"
                + " address, with a port where it is not 53, as 192.0.2.1:53 or [2001:db8::1]:53)");
  }

  @Test
  void variablesThatAreNoSettingsAreLeftAlone() {
    Settings settings =
        Configs.settings(
            folder,
            "",
            Map.of(
                "NAMEWELL_JAVA_OPTS", "-Xmx64m",
                "NAMEWELL_CONFIG", "/etc/namewell/namewell.yaml",
                "NAMEWELL_LISTEN", " ",
                "NAMEWELL_SERVICE_HOST", "10.96.0.7",
                "NAMEWELL_SERVICE_PORT_DNS", "53",
                "NAMEWELL_PORT", "udp://10.96.0.7:53",
                "NAMEWELL_PORT_53_UDP_PROTO", "udp",
                "PATH", "/bin"));
    assertThat(settings).isEqualTo(Configs.settings(folder, ""));
  }

  @Test
  void anOptionWinsOverVariableAndFile() {
    Path file = Configs.write(folder.resolve("test.yaml"), "listen: 127.0.0.1:1\n");
    ConfigSource source =
        new ConfigSource(
            Optional.of(file),
            Map.of("NAMEWELL_LISTEN", "127.0.0.1:2"),
            Map.of("listen", List.of("127.0.0.1:0", "::1"), "upstreams", List.of()),
            Configs.machine(folder));
    assertThat(Configs.accepted(source.read()).listen()).hasToString("[127.0.0.1:0, [::1]:53]");
  }

  @Test
  void whereAConfigurationComesFromIsSaidWithAllThatCounts() {
    Path file = Configs.write(folder.resolve("test.yaml"), "");
    Map<String, String> variables =
        Map.of(
            "NAMEWELL_MODE", "recursive",
            "NAMEWELL_LOG__QUERIES", "on",
            "NAMEWELL_CONFIG", "x",
            "NAMEWELL_LISTEN", "");
    Map<String, List<String>> options =
        Map.of("listen", List.of("127.0.0.1:0"), "upstreams", List.of());

    assertThat(describe(Optional.of(file), Map.of(), Map.of())).isEqualTo(file.toString());
    assertThat(describe(Optional.of(file), variables, options))
        .isEqualTo(file + " and NAMEWELL_LOG__QUERIES, NAMEWELL_MODE, the command line");
    assertThat(describe(Optional.empty(), Map.of(), Map.of("upstreams", List.of())))
        .isEqualTo(
            "built-in defaults (no file is named, and no /etc/namewell/namewell.yaml was there)");
  }

  private String describe(
      Optional<Path> file, Map<String, String> variables, Map<String, List<String>> options) {
    return new ConfigSource(file, variables, options, Configs.machine(folder)).describe();
  }

  @Test
  void anErrorInAnOptionSaysSo() {
    ConfigSource source =
        new ConfigSource(
            Optional.empty(), Map.of(), Map.of("listen", List.of("here")), Configs.machine(folder));
    assertThat(Configs.rejected(source.read()))
        .singleElement()
        .asString()
        .startsWith("command line listen: \"here\" is not an IP address");
  }
}
