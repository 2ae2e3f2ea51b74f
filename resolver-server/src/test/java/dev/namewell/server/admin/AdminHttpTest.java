package dev.namewell.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.namewell.core.settings.Address;
import dev.namewell.server.runtime.ListenException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminHttpTest {
  private static final Address ANY_PORT = new Address(InetAddress.getLoopbackAddress(), 0);
  private static final int READ_MILLIS = 30_000;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Readiness readiness = new Readiness(true, "ready");
  private Scrape scrape =
      (accept, out) -> {
        out.write(("accept: " + accept + "\n").getBytes(StandardCharsets.UTF_8));
        return "text/plain; version=0.0.4; charset=utf-8";
      };
  private AdminHttp http;

  @BeforeEach
  void start() throws IOException {
    http =
        AdminHttp.start(
            loops,
            NioServerSocketChannel.class,
            ANY_PORT,
            (accept, out) -> scrape.write(accept, out),
            () -> readiness);
  }

  @AfterEach
  void stop() {
    http.close();
    client.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + http.address().getPort() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.version(HttpClient.Version.HTTP_1_1).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends octets as they are and returns all that comes until the server closes. */
  private String exchange(String octets) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(http.address().getAddress(), http.address().getPort());
    socket.setSoTimeout(READ_MILLIS);
    return socket;
  }

  @Test
  void liveAndReadyAreToldApart() throws Exception {
    assertThat(send(to("/health/live")).statusCode()).isEqualTo(200);
    assertThat(send(to("/health/ready")).body()).isEqualTo("ready\n");
    readiness = new Readiness(false, "no upstream answers");
    HttpResponse<String> response = send(to("/health/ready"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("no upstream answers\n");
    assertThat(send(to("/health/live")).statusCode()).isEqualTo(200);
  }

  @Test
  void metricsAreWrittenAsAcceptSays() throws Exception {
    HttpResponse<String> response = send(to("/metrics?x=1").header("Accept", "application/any"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("accept: application/any\n");
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void aDefectInTheMetricsIsA500() throws Exception {
    scrape =
        (accept, out) -> {
          throw new IllegalStateException("on purpose");
        };
    assertThat(send(to("/metrics")).statusCode()).isEqualTo(500);
  }

  @Test
  void headHasTheLengthButNoContent() throws Exception {
    HttpResponse<String> response =
        send(to("/health/live").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Length")).contains("5");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void unknownPathsAndMethodsAreRefused() throws Exception {
    assertThat(send(to("/")).body()).contains("/metrics");
    assertThat(send(to("/nothing")).statusCode()).isEqualTo(404);
    HttpResponse<String> response = send(to("/metrics").DELETE());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(send(to("/metrics").POST(HttpRequest.BodyPublishers.ofString("x"))).statusCode())
        .isEqualTo(413);
  }

  @Test
  @SuppressWarnings("StringConcatToTextBlock") // lines end with CR LF
  void messagesSentWithoutWaitingAreAnsweredInOrder() throws Exception {
    String response =
        exchange(
            "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(response.lines().filter(line -> line.startsWith("HTTP/")))
        .containsExactly("HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK");
  }

  @Test
  void aHeaderMayComeInPieces() throws Exception {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      String message =
          "GET /health/live HTTP/1.1\r\nX: " + "a".repeat(7000) + "\r\nConnection: close\r\n\r\n";
      for (String piece : message.split("(?<=a{500})", -1)) {
        socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void garbageAndLongHeadersEndTheConnection() throws Exception {
    assertThat(exchange("\u0000\u0001garbage\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(exchange("GET /" + "a".repeat(3000) + " HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 414");
    assertThat(exchange("GET / HTTP/1.1\r\nX: " + "a".repeat(9000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431");
    assertThat(send(to("/health/live")).statusCode()).isEqualTo(200);
  }

  @Test
  void aConnectionThatSendsNothingIsClosed() throws Exception {
    try (Socket idle = connect();
        Socket trickling = connect()) {
      trickling
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nX: a".getBytes(StandardCharsets.US_ASCII));
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
      assertThat(trickling.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAndOthersGoOn() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < AdminHttp.MAX_CONNECTIONS; i++) {
        Socket socket = connect();
        open.add(socket);
        socket
            .getOutputStream()
            .write("GET /health/live HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      try (Socket oneMore = connect()) {
        assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
      }
      open.getFirst().close();
      int status = 0;
      while (status != 200) {
        try {
          status = send(to("/health/live")).statusCode();
        } catch (IOException notYetNoticed) {
          Thread.onSpinWait();
        }
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void anAddressInUseIsToldInWords() {
    Address taken = new Address(http.address().getAddress(), http.address().getPort());
    assertThatThrownBy(
            () ->
                AdminHttp.start(
                    loops, NioServerSocketChannel.class, taken, scrape, () -> readiness))
        .isInstanceOf(ListenException.class)
        .hasMessage(
            "cannot listen on "
                + taken
                + " (HTTP): the address is in use: another server is listening there; `ss -lntup"
                + " 'sport = :"
                + taken.port()
                + "'` shows it. Name another address, or off");
  }
}
