package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import dev.namewell.server.testing.Requires;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The image in a real engine: between clients at published ports and two upstream containers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainerIT {
  private static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final String SUBNET = "172.29.153";
  private static final String VOLUME = "namewell-it-" + ProcessHandle.current().pid();
  private static final long MEMORY = 128L << 20;
  private static final long SECOND = 1_000_000_000L;

  private Network network;
  private GenericContainer<?> first;
  private GenericContainer<?> second;
  private GenericContainer<?> namewell;
  private DockerClient docker;

  @BeforeAll
  void start() {
    Requires.docker();
    docker = DockerClientFactory.instance().client();
    network =
        Network.builder()
            .createNetworkCmdModifier(
                command ->
                    command.withIpam(
                        new com.github.dockerjava.api.model.Network.Ipam()
                            .withConfig(
                                new com.github.dockerjava.api.model.Network.Ipam.Config()
                                    .withSubnet(SUBNET + ".0/24"))))
            .build();
    first = upstream(SUBNET + ".11", "192.0.2.1");
    second = upstream(SUBNET + ".12", "192.0.2.2");
    first.start();
    second.start();
    namewell = namewell();
    namewell.start();
  }

  @AfterAll
  void stop() {
    for (GenericContainer<?> container : new GenericContainer<?>[] {namewell, second, first}) {
      if (container != null) {
        container.stop();
      }
    }
    if (network != null) {
      network.close();
      docker.removeVolumeCmd(VOLUME).exec();
    }
  }

  /** dnsmasq that answers every A question below test-lan.example with one address. */
  private GenericContainer<?> upstream(String ip, String answer) {
    ImageFromDockerfile image =
        new ImageFromDockerfile("namewell-it-dnsmasq", false)
            .withDockerfileFromBuilder(
                builder ->
                    builder
                        .from("debian:bookworm-slim")
                        .run(
                            "apt-get update && apt-get install -y --no-install-recommends"
                                + " dnsmasq-base && rm -rf /var/lib/apt/lists/*")
                        .build());
    return new GenericContainer<>(image)
        .withCommand(
            "dnsmasq",
            "-k",
            "--log-facility=-",
            "--no-resolv",
            "--no-hosts",
            "--local-ttl=60",
            "--address=/example/" + answer)
        .withNetwork(network)
        .withCreateContainerCmdModifier(
            command -> {
              command.withIpv4Address(ip);
              hostConfig(command.getHostConfig()).withCapAdd(Capability.NET_ADMIN);
            })
        .waitingFor(Wait.forLogMessage(".*started, version.*", 1));
  }

  private GenericContainer<?> namewell() {
    Path dist = ROOT.resolve("resolver-server/target/dist");
    ImageFromDockerfile image =
        new ImageFromDockerfile("namewell-it", false)
            .withFileFromPath("lib", dist.resolve("lib"))
            .withFileFromPath("bin", dist.resolve("bin"))
            .withFileFromPath("native", dist.resolve("native"))
            .withFileFromPath("Dockerfile", ROOT.resolve("docker/Dockerfile"));
    return new GenericContainer<>(image)
        .withEnv("NAMEWELL_UPSTREAMS", SUBNET + ".11 " + SUBNET + ".12")
        .withNetwork(network)
        .withTmpFs(Map.of("/tmp", "rw,noexec"))
        .withCreateContainerCmdModifier(
            command -> {
              command
                  .withIpv4Address(SUBNET + ".53")
                  .withExposedPorts(ExposedPort.udp(53), ExposedPort.tcp(53))
                  .withHealthcheck(
                      new HealthCheck()
                          .withInterval(SECOND)
                          .withTimeout(3 * SECOND)
                          .withRetries(2));
              Ports ports = new Ports();
              ports.bind(ExposedPort.udp(53), Ports.Binding.bindIp("127.0.0.1"));
              ports.bind(ExposedPort.tcp(53), Ports.Binding.bindIp("127.0.0.1"));
              hostConfig(command.getHostConfig())
                  .withPortBindings(ports)
                  .withReadonlyRootfs(true)
                  .withCapDrop(Capability.ALL)
                  .withSecurityOpts(List.of("no-new-privileges"))
                  .withMemory(MEMORY)
                  .withMemorySwap(MEMORY)
                  .withBinds(new Bind(VOLUME, new Volume("/var/lib/namewell"), AccessMode.rw));
            })
        .waitingFor(Wait.forLogMessage("(?s).*ready.*", 1))
        .withStartupTimeout(Duration.ofMinutes(2));
  }

  private static HostConfig hostConfig(@Nullable HostConfig config) {
    return Objects.requireNonNull(config);
  }

  private InspectContainerResponse inspect() {
    return docker.inspectContainerCmd(namewell.getContainerId()).exec();
  }

  private int published(ExposedPort port) {
    Ports.Binding[] bindings = inspect().getNetworkSettings().getPorts().getBindings().get(port);
    return Integer.parseInt(Objects.requireNonNull(bindings)[0].getHostPortSpec());
  }

  /** The address answered for a name; empty if there was none. */
  private String ask(String name, boolean tcp) {
    try {
      SimpleResolver resolver = new SimpleResolver(InetAddress.ofLiteral("127.0.0.1"));
      resolver.setPort(published(tcp ? ExposedPort.tcp(53) : ExposedPort.udp(53)));
      resolver.setTCP(tcp);
      resolver.setTimeout(Duration.ofSeconds(6));
      Record question = Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN);
      List<Record> answer = resolver.send(Message.newQuery(question)).getSection(Section.ANSWER);
      return answer.isEmpty() ? "" : ((ARecord) answer.getFirst()).getAddress().getHostAddress();
    } catch (IOException noReply) {
      return "";
    }
  }

  private static void eventually(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + 90 * SECOND;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("never: " + what).isLessThan(end);
      try {
        Thread.sleep(200);
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
    }
  }

  private String health() {
    return inspect().getState().getHealth().getStatus();
  }

  @Test
  @Order(1)
  void answersOverUdpAndTcpThroughPublishedPorts() {
    assertThat(ask("a.example", false)).isEqualTo("192.0.2.1");
    assertThat(ask("b.example", true)).isEqualTo("192.0.2.1");
  }

  @Test
  @Order(2)
  void runsUnprivilegedWithNativeTransport() {
    String log = namewell.getLogs();
    assertThat(log).contains("epoll").contains("UDP sockets: batched");
    assertThat(inspect().getConfig().getUser()).isEqualTo("10053:10053");
    eventually("healthy", () -> "healthy".equals(health()));
  }

  @Test
  @Order(3)
  void theSecondUpstreamAnswersWhileTheFirstIsPaused() {
    docker.pauseContainerCmd(first.getContainerId()).exec();
    assertThat(ask("c.example", false)).isEqualTo("192.0.2.2");
    assertThat(ask("d.example", false)).isEqualTo("192.0.2.2");
  }

  @Test
  @Order(4)
  void theFirstUpstreamIsUsedAgainWhenItIsBack() {
    docker.unpauseContainerCmd(first.getContainerId()).exec();
    int[] number = {0};
    eventually(
        "answers from the first upstream",
        () -> ask("back" + number[0]++ + ".example", false).equals("192.0.2.1"));
  }

  @Test
  @Order(5)
  void isUnhealthyWhileNoUpstreamAnswers() {
    docker.pauseContainerCmd(first.getContainerId()).exec();
    docker.pauseContainerCmd(second.getContainerId()).exec();
    int[] number = {0};
    eventually(
        "unhealthy",
        () -> {
          ask("gone" + number[0]++ + ".example", false);
          return "unhealthy".equals(health());
        });
    assertThat(ask("a.example", false)).isEqualTo("192.0.2.1");
  }

  @Test
  @Order(6)
  void stopsCleanlyAndKeepsItsCacheOnTheVolume() {
    docker.stopContainerCmd(namewell.getContainerId()).exec();
    assertThat(inspect().getState().getExitCodeLong()).isZero();

    docker.startContainerCmd(namewell.getContainerId()).exec();
    eventually("answers from the kept cache", () -> ask("b.example", true).equals("192.0.2.1"));
    assertThat(inspect().getState().getOOMKilled()).isFalse();
    docker.unpauseContainerCmd(first.getContainerId()).exec();
    docker.unpauseContainerCmd(second.getContainerId()).exec();
    eventually("healthy again", () -> "healthy".equals(health()));
  }
}
