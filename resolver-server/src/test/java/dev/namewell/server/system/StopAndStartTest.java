package dev.namewell.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.server.testing.Daemon;
import dev.namewell.server.testing.HeldUpstream;
import dev.namewell.server.testing.Namewell;
import dev.namewell.server.testing.Servers;
import dev.namewell.server.testing.Stub;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** How the server ends and begins again: in order, killed, and beside a damaged cache file. */
@Timeout(300)
class StopAndStartTest {
  private static final String ANSWER = "192.0.2.1";
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final int OK = 200;

  @TempDir Path folder;
  private HeldUpstream upstream;
  private Namewell namewell;

  StopAndStartTest() throws IOException {
    upstream = new HeldUpstream(ANSWER);
    namewell = new Namewell(Path.of("."));
  }

  @BeforeEach
  void configure() {
    namewell = new Namewell(folder);
    configure("off");
  }

  private void configure(String validation) {
    namewell.configure(
        """
        routes: [{zone: ".", upstreams: "127.0.0.1:%d", timeout: 5s}]
        cache: {file: %s}
        dnssec: {validation: %s}
        limits: {query-time: 30s, shutdown: 60s}
        """
            .formatted(upstream.port(), cacheFile(), validation));
  }

  @AfterEach
  void close() {
    namewell.close();
    upstream.close();
  }

  private Path cacheFile() {
    return folder.resolve("cache");
  }

  private Message ask(String name) throws IOException {
    try (Stub stub = new Stub(namewell.port())) {
      return stub.ask(name, Type.A);
    }
  }

  private void terminate() {
    namewell.daemon().signal("TERM");
    assertThat(namewell.daemon().exit()).isZero();
  }

  private void kill() {
    namewell.daemon().signal("KILL");
    assertThat(namewell.daemon().exit()).isNotZero();
  }

  private void assertAnswersFromItsFile() throws IOException {
    upstream.hold();
    namewell.start();
    namewell.daemon().untilLogged("read ").untilLogged(" answers from " + cacheFile());
    assertThat(Stub.answers(ask("kept.example."))).isEqualTo(ANSWER);
    assertThat(namewell.metrics().sum("namewell_cache_hits_total")).isPositive();
  }

  @Test
  void afterTheWishToStopQueriesInFlightAreAnsweredAndTheCacheIsSaved() throws IOException {
    namewell.start();
    assertThat(Stub.answers(ask("kept.example."))).isEqualTo(ANSWER);
    assertThat(namewell.ready()).isEqualTo(OK);
    upstream.hold();
    try (Stub stub = new Stub(namewell.port());
        Socket open = Stub.connect(namewell.port());
        Socket halfClosed = Stub.connect(namewell.port());
        Socket idle = Stub.connect(namewell.port())) {
      stub.send(Stub.query("udp.flight.example.", Type.A));
      Stub.write(open, Stub.query("tcp.flight.example.", Type.A));
      Stub.write(halfClosed, Stub.query("half.flight.example.", Type.A));
      halfClosed.shutdownOutput();
      List<String> flight =
          List.of("udp.flight.example.", "tcp.flight.example.", "half.flight.example.");
      namewell.daemon().until("asks upstream", () -> upstream.asked().containsAll(flight));
      namewell.daemon().signal("TERM");
      namewell.daemon().until("is not ready", () -> namewell.ready() == SERVICE_UNAVAILABLE);
      assertThat(idle.getInputStream().read()).as("nothing to wait for").isEqualTo(-1);
      upstream.release();
      assertThat(Stub.answers(stub.receive())).isEqualTo(ANSWER);
      assertThat(Stub.answers(Stub.read(open))).isEqualTo(ANSWER);
      assertThat(Stub.answers(Stub.read(halfClosed))).isEqualTo(ANSWER);
      assertThat(open.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(namewell.daemon().exit()).isZero();
    assertThat(namewell.daemon().log()).contains("stopping").doesNotContain("WARN", "\tat ");
    assertAnswersFromItsFile();
  }

  @Test
  void aKilledServerFindsTheLastGoodCacheFile() throws IOException {
    namewell.start();
    ask("kept.example.");
    terminate();
    // While it loads, or soon after.
    namewell.start();
    kill();
    // While it serves.
    assertAnswersFromItsFile();
    kill();
    // While it saves, more or less.
    assertAnswersFromItsFile();
    namewell.daemon().signal("TERM");
    namewell.daemon().signal("KILL");
    namewell.daemon().exit();
    assertAnswersFromItsFile();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("no half-written file stays behind")
          .noneMatch(name -> name.startsWith("cache."));
    }
  }

  @Test
  void aDamagedCacheFileIsSetAside() throws IOException {
    namewell.start();
    ask("kept.example.");
    ask("other.example.");
    terminate();
    byte[] whole = Files.readAllBytes(cacheFile());
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(cacheFile(), damaged);
    namewell.start();
    namewell
        .daemon()
        .untilLogged("cache file " + cacheFile() + " is not usable: ")
        .untilLogged("Set aside as cache.damaged-");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("cache.damaged-")))
          .singleElement()
          .satisfies(file -> assertThat(file).hasBinaryContent(damaged));
    }
    assertThat(Stub.answers(ask("fresh.example."))).isEqualTo(ANSWER);
    assertThat(ask("localhost.").getRcode()).isEqualTo(Rcode.NOERROR);
    terminate();
    assertAnswersFromItsFileAfterDamage();
  }

  private void assertAnswersFromItsFileAfterDamage() throws IOException {
    upstream.hold();
    namewell.start();
    namewell.daemon().untilLogged(" answers from " + cacheFile());
    assertThat(Stub.answers(ask("fresh.example."))).isEqualTo(ANSWER);
  }

  @Test
  void whatWasSavedUnprovedIsNotTakenForProved() throws IOException {
    namewell.start();
    assertThat(Stub.answers(ask("kept.example."))).isEqualTo(ANSWER);
    terminate();
    configure("on");
    namewell.start();
    namewell.daemon().untilLogged(" answers from " + cacheFile());
    assertThat(ask("kept.example.").getRcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whatWasExcusedByANegativeTrustAnchorEndsWithIt() throws IOException {
    configure("on, negative-trust-anchors: [example]");
    namewell.start();
    assertThat(Stub.answers(ask("kept.example."))).isEqualTo(ANSWER);
    terminate();
    assertAnswersFromItsFile();
    upstream.release();
    terminate();
    configure("on");
    namewell.start();
    namewell.daemon().untilLogged("used no answers from " + cacheFile());
    assertThat(ask("kept.example.").getRcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whatKeepsItFromStartingIsToldInWords() throws IOException {
    Path wrong = folder.resolve("wrong.yaml");
    Servers.write(wrong, "upstreams: [here]\nthreads: 0\ncache: {size: 1}\nlisen: 127.0.0.1\n");
    Daemon refused = Servers.namewell(folder, "wrong", "serve", "--config", wrong.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.log())
        .contains(wrong + ":1:", wrong + ":2:", wrong + ":3:", wrong + ":4:", "4 problems.")
        .contains("did you mean listen?")
        .doesNotContain("\tat ");
    namewell.start();
    String mine = "127.0.0.1:" + namewell.port();
    String free = "127.0.0.1:" + Daemon.freePort();
    assertRefusesToStart(mine, "http: off\n", "cannot listen on " + mine + " (UDP)");
    assertRefusesToStart(
        mine, "http: off\nudp: portable\n", "taken.yaml:1:9 listen: cannot listen on " + mine);
    int http = namewell.httpPort();
    assertRefusesToStart(
        free,
        "http: \"127.0.0.1:" + http + "\"\n",
        "taken.yaml:4:7 http: cannot listen on 127.0.0.1:" + http);
    assertThat(Stub.answers(ask("still.example."))).isEqualTo(ANSWER);
  }

  private void assertRefusesToStart(String listen, String options, String reason) {
    Path file = folder.resolve("taken.yaml");
    Servers.write(
        file, "listen: \"" + listen + "\"\nupstreams: 192.0.2.1\ncontrol: off\n" + options);
    Daemon second = Servers.namewell(folder, "taken", "serve", "--config", file.toString());
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.log())
        .contains("namewell: ", reason, "in use")
        .doesNotContain("\tat ", "ready: ");
  }
}
