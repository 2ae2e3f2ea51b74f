package dev.namewell.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.core.dns.DnsName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlSocketTest {
  @TempDir Path directory;

  /** Tells what was asked of it. */
  private static final class Recorded implements ControlCommands {
    @Override
    public String flushAll() {
      return "flushed 3 answers";
    }

    @Override
    public String flushName(DnsName name) {
      return "flushed " + name;
    }

    @Override
    public String explain(DnsName name) {
      return "explained " + name;
    }

    @Override
    public String explainFailures() {
      return "explained";
    }

    @Override
    public String bogus() {
      return "bogus lately";
    }

    @Override
    public String zones(DnsName apex) {
      return "zones in " + apex;
    }

    @Override
    public String servers(Optional<InetAddress> address) {
      return "servers at " + address.map(InetAddress::getHostAddress).orElse("all addresses");
    }

    @Override
    public String forgetServers(Optional<InetAddress> address) {
      return "forgot " + address.map(InetAddress::getHostAddress).orElse("all servers");
    }

    @Override
    public String anchors() {
      return "anchor .";
    }

    @Override
    public String negativeAnchors() {
      return "negative";
    }

    @Override
    public String addNegativeAnchor(DnsName zone, String duration) {
      return "negative " + zone + " for <" + duration + ">";
    }

    @Override
    public String removeNegativeAnchor(DnsName zone) {
      return "positive " + zone;
    }

    @Override
    public String flushSubtree(DnsName apex) {
      return "flushed below " + apex;
    }

    @Override
    public String stats() {
      return "2 figures\nhits 5\nmisses 6\n";
    }

    @Override
    public String reload() {
      return ERROR + " config.yaml:3:1 listen: not an address";
    }
  }

  private static final class Defective implements ControlCommands {
    @Override
    public String flushAll() {
      throw new IllegalStateException("on purpose");
    }

    @Override
    public String flushName(DnsName name) {
      return "";
    }

    @Override
    public String explain(DnsName name) {
      return "explained " + name;
    }

    @Override
    public String explainFailures() {
      return "explained";
    }

    @Override
    public String bogus() {
      return "bogus lately";
    }

    @Override
    public String zones(DnsName apex) {
      return "zones in " + apex;
    }

    @Override
    public String servers(Optional<InetAddress> address) {
      return "servers at " + address.map(InetAddress::getHostAddress).orElse("all addresses");
    }

    @Override
    public String forgetServers(Optional<InetAddress> address) {
      return "forgot " + address.map(InetAddress::getHostAddress).orElse("all servers");
    }

    @Override
    public String anchors() {
      return "anchor .";
    }

    @Override
    public String negativeAnchors() {
      return "negative";
    }

    @Override
    public String addNegativeAnchor(DnsName zone, String duration) {
      return "negative " + zone + " for <" + duration + ">";
    }

    @Override
    public String removeNegativeAnchor(DnsName zone) {
      return "positive " + zone;
    }

    @Override
    public String flushSubtree(DnsName apex) {
      return "";
    }

    @Override
    public String stats() {
      return "x\n".repeat(200_000);
    }

    @Override
    public String reload() {
      return "";
    }
  }

  private Path path() {
    return directory.resolve("run").resolve("control");
  }

  private static String raw(Path path, byte[] octets) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      channel.write(ByteBuffer.wrap(octets));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void eachCommandIsCarriedOut() throws IOException {
    try (ControlSocket socket = ControlSocket.start(path(), new Recorded())) {
      Path path = socket.path();
      assertThat(ControlClient.send(path, "flush all")).containsExactly("ok flushed 3 answers");
      assertThat(ControlClient.send(path, "flush name WWW.example"))
          .containsExactly("ok flushed www.example.");
      assertThat(ControlClient.send(path, " flush  subtree . "))
          .containsExactly("ok flushed below .");
      assertThat(ControlClient.send(path, "stats"))
          .containsExactly("ok 2 figures", "hits 5", "misses 6");
      assertThat(ControlClient.send(path, "servers 192.0.2.1"))
          .containsExactly("ok servers at 192.0.2.1");
      assertThat(ControlClient.send(path, "forget servers"))
          .containsExactly("ok forgot all servers");
      assertThat(ControlClient.send(path, "forget www.example"))
          .containsExactly("error: not an address: www.example");
      assertThat(ControlClient.send(path, "bogus")).containsExactly("ok bogus lately");
      assertThat(ControlClient.send(path, "reload"))
          .containsExactly("error: config.yaml:3:1 listen: not an address");
    }
  }

  @Test
  void whatIsNoCommandIsToldAndHarmsNothing() throws IOException {
    try (ControlSocket socket = ControlSocket.start(path(), new Recorded())) {
      Path path = socket.path();
      for (String line :
          List.of("", "flush", "flush name", "stats now", "flush all now", "\u0007")) {
        assertThat(ControlClient.send(path, line))
            .singleElement()
            .asString()
            .startsWith("error: unknown command; known are: flush all, ");
      }
      assertThat(ControlClient.send(path, "flush name a..b"))
          .containsExactly("error: not a domain name: empty label");
      assertThat(raw(path, ("x".repeat(5000) + "\n").getBytes(StandardCharsets.US_ASCII)))
          .startsWith("error: expected one line");
      assertThat(ControlClient.send(path, "flush all")).hasSize(1);
    }
  }

  @Test
  void aClientThatSaysNothingIsClosedAfterAWhile() throws IOException {
    try (ControlSocket socket = ControlSocket.start(path(), new Recorded())) {
      assertThat(raw(socket.path(), new byte[] {'s', 't'})).isEmpty();
      assertThat(ControlClient.send(socket.path(), "flush all")).hasSize(1);
    }
  }

  @Test
  void aDefectInACommandIsNoSilence() throws IOException {
    try (ControlSocket socket = ControlSocket.start(path(), new Defective())) {
      assertThat(ControlClient.send(socket.path(), "flush all"))
          .containsExactly("error: a defect: see the log");
      assertThat(ControlClient.send(socket.path(), "stats")).hasSize(200_000);
    }
  }

  @Test
  void onlyTheUserItselfMayConnect() throws IOException {
    try (ControlSocket socket = ControlSocket.start(path(), new Recorded())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())))
          .isEqualTo("rw-------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("run"))))
          .isEqualTo("rwx------");
      try (var files = Files.list(directory.resolve("run"))) {
        assertThat(files).hasSize(1);
      }
    }
    assertThat(Files.exists(path(), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aSocketOfADeadProcessIsReplacedAndALivingOneIsNot() throws IOException {
    Files.createDirectory(directory.resolve("run"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThat(Files.exists(path(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    try (ControlSocket socket = ControlSocket.start(path(), new Recorded())) {
      assertThatThrownBy(() -> ControlSocket.start(path(), new Recorded()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("somebody listens at");
      assertThat(ControlClient.send(socket.path(), "flush all")).hasSize(1);
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws IOException {
    Path file = directory.resolve("precious");
    Files.writeString(file, "data");
    assertThatThrownBy(() -> ControlSocket.start(file, new Recorded()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no socket");
    assertThat(file).hasContent("data");
  }

  @Test
  void aDirectoryThatAllMayWriteToIsRefused() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> ControlSocket.start(open.resolve("control"), new Recorded()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod o-w");
  }

  @Test
  void aPathThatTheKernelWouldCutIsRefused() {
    Path deep = directory.resolve("d".repeat(100)).resolve("control");
    assertThatThrownBy(() -> ControlSocket.start(deep, new Recorded()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("octets, a socket's may have 107");
    assertThat(deep.getParent()).doesNotExist();
  }

  @Test
  void theClientSaysWhenNobodyIsThere() throws IOException {
    assertThatThrownBy(() -> ControlClient.send(path(), "stats"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no control socket at");
    Files.createDirectory(directory.resolve("run"));
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path()));
    }
    assertThatThrownBy(() -> ControlClient.send(path(), "stats"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is `namewell serve` running");
  }
}
