package dev.namewell.server.demo;

import dev.namewell.server.demo.LoopbackClient.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Asks a bit of everything, so that a start-up cache of the JVM contains what servers need. */
final class Training {
  /** Cached answers are asked for again and again for so long: what is hot should be known. */
  private static final Duration HITS = Duration.ofMillis(500);

  /** Enough for the JVM's profiles, however slow or fast the machine is. */
  private static final int MAX_HITS = 5000;

  private static final int HTTP_TIMEOUT_MILLIS = 10_000;

  /** A machine that builds images is a busy one. */
  private static final int TRIES = 3;

  /** A failure is remembered for so long before the question is tried again (RFC 9520 §3.2). */
  private static final Duration FAILURE_KEPT = Duration.ofSeconds(5);

  private static final String WWW = "www.shop.example.";

  private final LoopbackClient client;
  private final InetSocketAddress http;

  Training(InetSocketAddress server, InetSocketAddress http) {
    this.client = new LoopbackClient(server);
    this.http = http;
  }

  /**
   * Asks.
   *
   * @throws IOException if something is not answered as it should be: a cache of that is no good
   */
  void run() throws IOException, InterruptedException {
    for (Way way : Way.values()) {
      expect(Rcode.NOERROR, WWW, Type.A, way);
      expect(Rcode.NOERROR, "alias.shop.example.", Type.AAAA, way);
      expect(Rcode.NOERROR, "shop.example.", Type.MX, way);
      expect(Rcode.NOERROR, "mail2.shop.example.", Type.AAAA, way);
      expect(Rcode.NXDOMAIN, way.ordinal() + ".nothing.shop.example.", Type.A, way);
      expect(Rcode.NOERROR, "big.shop.example.", Type.TXT, way);
      expect(Rcode.NOERROR, "localhost.", Type.A, way);
      expect(Rcode.NXDOMAIN, "1.0.0.10.in-addr.arpa.", Type.PTR, way);
      expect(Rcode.REFUSED, "example.", Type.AXFR, way);
    }
    long end = System.nanoTime() + HITS.toNanos();
    for (int i = 0; i < MAX_HITS && System.nanoTime() < end; i++) {
      expect(Rcode.NOERROR, WWW, Type.A, Way.UDP);
    }
    get(http, "/health/live");
    get(http, "/health/ready");
    get(http, "/metrics");
  }

  /**
   * Asks a resolver that has {@link SignedRoot} to find and to prove everything in.
   *
   * @throws IOException if something is not answered as it should be
   */
  void recurse() throws IOException, InterruptedException {
    for (int i = 0; i < SignedRoot.HOSTS; i++) {
      expect(Rcode.NOERROR, "w" + i + ".shop.example.", Type.A, Way.UDP);
      expect(Rcode.NOERROR, "w" + i + ".shop.example.", Type.AAAA, Way.UDP);
      expect(Rcode.NXDOMAIN, "x" + i + ".w" + i + ".shop.example.", Type.A, Way.UDP);
    }
  }

  private void expect(int rcode, String name, int type, Way way)
      throws IOException, InterruptedException {
    Record question = Record.newRecord(Name.fromString(name), type, DClass.IN);
    Message reply = client.ask(question, way);
    for (int i = 1; i < TRIES && reply.getRcode() == Rcode.SERVFAIL; i++) {
      Thread.sleep(FAILURE_KEPT);
      reply = client.ask(question, way);
    }
    if (reply.getRcode() != rcode) {
      throw new IOException(
          "training: %s %s is answered with %s instead of %s"
              .formatted(
                  name, Type.string(type), Rcode.string(reply.getRcode()), Rcode.string(rcode)));
    }
  }

  private static void get(InetSocketAddress server, String path) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(server, HTTP_TIMEOUT_MILLIS);
      socket.setSoTimeout(HTTP_TIMEOUT_MILLIS);
      String query = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(query.getBytes(StandardCharsets.US_ASCII));
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!reply.startsWith("HTTP/1.1 200")) {
        throw new IOException("training: " + path + " is answered with " + firstLine(reply));
      }
    }
  }

  private static String firstLine(String reply) {
    return reply.lines().findFirst().orElse("nothing");
  }
}
