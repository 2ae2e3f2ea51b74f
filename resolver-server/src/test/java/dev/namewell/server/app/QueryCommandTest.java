package dev.namewell.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** {@code namewell query} against a server of the test's own. */
class QueryCommandTest {
  @TempDir Path folder;

  private static Message reply(Message query, int rcode, String... answers) throws IOException {
    Message reply = new Message(query.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.RD);
    reply.getHeader().setFlag(Flags.RA);
    reply.getHeader().setRcode(rcode);
    Record question = query.getQuestion();
    reply.addRecord(question, Section.QUESTION);
    for (String data : answers) {
      Name name = question.getName();
      reply.addRecord(
          Record.fromString(name, question.getType(), DClass.IN, 300, data, Name.root),
          Section.ANSWER);
    }
    return reply;
  }

  private static List<byte[]> one(Message message) {
    return List.of(message.toWire());
  }

  private static Responder answering(String... data) throws IOException {
    return new Responder((query, _) -> one(reply(query, Rcode.NOERROR, data)));
  }

  private static CommandLineRun query(Responder server, String... arguments) {
    List<String> all = new ArrayList<>(List.of("query", server.server()));
    all.addAll(Arrays.asList(arguments));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  @Test
  void anAnswerInTheMannerOfDig() throws IOException {
    try (Responder server = answering("192.0.2.1", "192.0.2.2")) {
      CommandLineRun run = query(server, "WWW.example.com");
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .contains(";; status: NOERROR, id: ")
          .contains(", flags: qr rd ra\n")
          .contains(";; QUESTION SECTION:\n;WWW.example.com.\tIN\tA\n")
          .contains(";; ANSWER SECTION:\nWWW.example.com.\t300\tIN\tA\t192.0.2.1\n")
          .contains(";; SERVER: 127.0.0.1#" + server.address().getPort() + " (UDP)\n")
          .contains(";; MSG SIZE rcvd: ");
      Message asked = server.queries().getFirst();
      assertThat(asked.getHeader().getFlag(Flags.RD)).isTrue();
      assertThat(asked.getOPT().getPayloadSize()).isEqualTo(1232);
    }
  }

  @Test
  void onlyTheData() throws IOException {
    try (Responder server = answering("10 mail.example.com.")) {
      assertThat(query(server, "example.com", "mx", "+short").out())
          .isEqualTo("10 mail.example.com.\n");
      assertThat(server.queries().getFirst().getQuestion().getType()).isEqualTo(Type.MX);
    }
  }

  @Test
  void whatOptionsPutIntoTheQuery() throws IOException {
    try (Responder server = answering("x")) {
      query(
          server,
          "version.bind",
          "TXT",
          "CH",
          "+norecurse",
          "+dnssec",
          "+cd",
          "--ad",
          "--nsid",
          "--bufsize",
          "4096");
      Message asked = server.queries().getFirst();
      assertThat(asked.getQuestion().getDClass()).isEqualTo(DClass.CH);
      assertThat(asked.getHeader().getFlag(Flags.RD)).isFalse();
      assertThat(asked.getHeader().getFlag(Flags.CD)).isTrue();
      assertThat(asked.getHeader().getFlag(Flags.AD)).isTrue();
      assertThat(asked.getOPT().getFlags() & ExtendedFlags.DO).isNotZero();
      assertThat(asked.getOPT().getPayloadSize()).isEqualTo(4096);
      assertThat(asked.getOPT().getOptions(3)).hasSize(1);
    }
  }

  @Test
  void withoutEdns() throws IOException {
    try (Responder server = answering()) {
      query(server, "example.com", "TYPE65280", "--bufsize", "0");
      assertThat(server.queries().getFirst().getOPT()).isNull();
      assertThat(server.queries().getFirst().getQuestion().getType()).isEqualTo(65280);
    }
  }

  @Test
  void theNameOfAnAddress() throws IOException {
    try (Responder server = answering("host.example.")) {
      assertThat(query(server, "-x", "192.0.2.7", "+short").out()).isEqualTo("host.example.\n");
      query(server, "-x", "2001:db8::1");
      assertThat(server.queries().get(0).getQuestion())
          .hasToString("7.2.0.192.in-addr.arpa.\t0\tIN\tPTR");
      assertThat(server.queries().get(1).getQuestion().getName().toString())
          .startsWith("1.0.0.0.")
          .endsWith(".8.b.d.0.1.0.0.2.ip6.arpa.");
    }
  }

  @Test
  void aTruncatedReplyIsAskedForAgainOverTcp() throws IOException {
    Responder.Script truncating =
        (query, overTcp) -> {
          Message reply =
              reply(query, Rcode.NOERROR, overTcp ? new String[] {"192.0.2.1"} : new String[0]);
          if (!overTcp) {
            reply.getHeader().setFlag(Flags.TC);
          }
          return one(reply);
        };
    try (Responder server = new Responder(truncating)) {
      assertThat(query(server, "example.com").out())
          .startsWith(";; Truncated over UDP, asked again over TCP\n")
          .contains("A\t192.0.2.1\n")
          .contains(" (TCP)\n");
      assertThat(query(server, "example.com", "--ignore").out())
          .contains("flags: qr tc rd ra\n")
          .contains(" (UDP)\n");
    }
  }

  @Test
  void overTcpFromTheStart() throws IOException {
    try (Responder server = answering("192.0.2.1")) {
      assertThat(query(server, "example.com", "+tcp").out()).contains(" (TCP)\n");
    }
  }

  @Test
  void repliesToOtherQueriesAreNotTaken() throws IOException {
    Responder.Script noisy =
        (query, _) -> {
          Message right = reply(query, Rcode.NOERROR, "192.0.2.1");
          byte[] otherId = right.toWire();
          otherId[0] ^= 1;
          byte[] noResponse = right.toWire();
          noResponse[2] &= 0x7f;
          Message other =
              Message.newQuery(
                  Record.newRecord(Name.fromString("evil.example."), Type.A, DClass.IN));
          other.getHeader().setID(query.getHeader().getID());
          other.getHeader().setFlag(Flags.QR);
          return List.of(
              new byte[0], new byte[] {1}, otherId, noResponse, other.toWire(), right.toWire());
        };
    try (Responder server = new Responder(noisy)) {
      assertThat(query(server, "example.com", "+short").out()).isEqualTo("192.0.2.1\n");
      assertThat(query(server, "example.com", "+short", "+tcp").out()).isEqualTo("192.0.2.1\n");
    }
  }

  @Test
  void aLostReplyIsAskedForAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Responder.Script lossy =
        (query, _) ->
            asked.getAndIncrement() == 0
                ? List.of()
                : one(reply(query, Rcode.NOERROR, "192.0.2.1"));
    try (Responder server = new Responder(lossy)) {
      CommandLineRun run = query(server, "example.com", "+short", "--timeout", "300ms");
      assertThat(run.out()).isEqualTo("192.0.2.1\n");
    }
  }

  @Test
  void noReply() throws IOException {
    try (Responder server = new Responder((_, _) -> List.of())) {
      String[] impatient = {"example.com", "--tries", "1", "--timeout", "50ms"};
      CommandLineRun run = query(server, impatient);
      assertThat(run.status()).isEqualTo(9);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .isEqualTo("No reply from 127.0.0.1#" + server.address().getPort() + ": timed out\n");
      CommandLineRun overTcp = query(server, "example.com", "+tcp");
      assertThat(overTcp.status()).isEqualTo(9);
      assertThat(overTcp.err()).contains("closed the connection without a reply");
    }
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String[] arguments = {"query", "@127.0.0.1:" + port, "example.com", "--tries", "1", "--json"};
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.status()).isEqualTo(9);
    assertThat(run.out())
        .isEqualTo(
            "{\"server\":\"127.0.0.1#"
                + port
                + "\",\"error\":\"nothing listens there (port unreachable)\"}\n");
  }

  @Test
  void aReplyThatCannotBeRead() throws IOException {
    Responder.Script broken =
        (query, _) -> {
          byte[] bytes = reply(query, Rcode.NOERROR, "192.0.2.1").toWire();
          return List.of(Arrays.copyOf(bytes, bytes.length - 2));
        };
    try (Responder server = new Responder(broken)) {
      CommandLineRun run = query(server, "example.com");
      assertThat(run.status()).isEqualTo(9);
      assertThat(run.err()).startsWith("the reply cannot be read: ").doesNotContain("\tat ");
    }
  }

  @Test
  void extendedErrorsAndIdentityAreShownSafely() throws IOException {
    Responder.Script talkative =
        (query, _) -> {
          Message reply = reply(query, Rcode.SERVFAIL);
          reply.addRecord(
              new OPTRecord(
                  1232,
                  0,
                  0,
                  ExtendedFlags.DO,
                  new ExtendedErrorCodeOption(3, "old \u001b[31mred"),
                  new NSIDOption("rack-7".getBytes(StandardCharsets.UTF_8))),
              Section.ADDITIONAL);
          return one(reply);
        };
    try (Responder server = new Responder(talkative)) {
      CommandLineRun run = query(server, "example.com");
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .contains("status: SERVFAIL")
          .contains(";; EDNS: version: 0, flags: do, udp: 1232\n")
          .contains(";; NSID: rack-7\n")
          .containsIgnoringCase(";; EDE: 3 (stale")
          .contains(": old ?[31mred\n");
      assertThat(query(server, "example.com", "--fail").status()).isEqualTo(1);
      assertThat(query(server, "example.com", "--json").out())
          .contains("\"status\":\"SERVFAIL\"", "\"nsid\":\"rack-7\"", "\"code\":3")
          .endsWith("}\n")
          .hasLineCount(1);
    }
  }

  @Test
  void jsonForPrograms() throws IOException {
    try (Responder server = answering("192.0.2.1")) {
      CommandLineRun run = query(server, "example.com", "--json");
      assertThat(run.out())
          .startsWith("{\"server\":\"127.0.0.1#" + server.address().getPort() + "\"")
          .contains("\"transport\":\"udp\"")
          .contains("\"flags\":[\"qr\",\"rd\",\"ra\"]")
          .contains("\"question\":[{\"name\":\"example.com.\",\"class\":\"IN\",\"type\":\"A\"}]")
          .contains("\"ttl\":300,\"data\":\"192.0.2.1\"");
    }
  }

  @Test
  void nxdomainIsAnAnswer() throws IOException {
    try (Responder server = new Responder((query, _) -> one(reply(query, Rcode.NXDOMAIN)))) {
      CommandLineRun run = query(server, "none.example", "--fail");
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("status: NXDOMAIN");
    }
  }

  @Test
  void whereTheConfigurationSaysThatTheServerListens() throws IOException {
    try (Responder server = answering("192.0.2.1")) {
      String yaml = "listen: 0.0.0.0:" + server.address().getPort() + "\n";
      Path file = Files.writeString(folder.resolve("test.yaml"), yaml);
      CommandLineRun run =
          CommandLineRun.of("query", "--config", file.toString(), "example.com", "+short");
      assertThat(run.out()).isEqualTo("192.0.2.1\n");
      Map<String, String> environment = Map.of("NAMEWELL_CONFIG", file.toString());
      assertThat(CommandLineRun.with(environment, "query", "--health").status()).isZero();
    }
  }

  @Test
  void aSeparatePort() throws IOException {
    try (Responder server = answering("192.0.2.1")) {
      String port = Integer.toString(server.address().getPort());
      CommandLineRun run =
          CommandLineRun.of("query", "@localhost", "-p", port, "example.com", "+short");
      assertThat(run.out() + run.err()).contains("192.0.2.1");
    }
  }

  @Test
  void aNameOutsideAscii() throws IOException {
    try (Responder server = answering("192.0.2.1")) {
      query(server, "b\u00fccher.example");
      assertThat(server.queries().getFirst().getQuestion().getName())
          .hasToString("xn--bcher-kva.example.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a..b",
        "example.com +nonsense",
        "example.com NOTYPE",
        "example.com --tries 0",
        "example.com --timeout 5",
        "example.com --bufsize 70000",
        "-x here",
        "example.com --port 70000"
      })
  void wrongUse(String arguments) throws IOException {
    try (Responder server = answering()) {
      String[] split = arguments.isEmpty() ? new String[0] : arguments.split(" ");
      CommandLineRun run = query(server, split);
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).isNotEmpty().doesNotContain("\tat ");
      assertThat(server.queries()).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("try")
  void health() throws IOException {
    try (Responder healthy = answering("a.root-servers.net.");
        Responder failing = new Responder((query, _) -> one(reply(query, Rcode.SERVFAIL)));
        Responder nxdomain = new Responder((query, _) -> one(reply(query, Rcode.NXDOMAIN)))) {
      assertThat(CommandLineRun.of("query", "--health", healthy.server()))
          .isEqualTo(new CommandLineRun(0, "", ""));
      assertThat(query(healthy, "--health").status()).isZero();
      assertThat(query(nxdomain, "--health").status()).isZero();
      assertThat(healthy.queries().getFirst().getQuestion()).hasToString(".\t\t\t0\tIN\tNS");
      assertThat(query(failing, "--health").status()).isEqualTo(1);
      healthy.close();
      assertThat(query(healthy, "--health").status()).isEqualTo(1);
    }
  }

  @Test
  void aTraceShowsWhichUpstreamSaidWhat() throws IOException {
    try (Responder refusing = new Responder((query, _) -> one(reply(query, Rcode.REFUSED)));
        Responder server = answering("192.0.2.1")) {
      String upstreams = refusing.server().substring(1) + " " + server.server().substring(1);
      CommandLineRun run =
          CommandLineRun.with(
              Map.of("NAMEWELL_UPSTREAMS", upstreams), "query", "--trace", "www.example.com");

      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .containsSubsequence(
              "www.example.com. IN A\n",
              "  upstream 127.0.0.1:" + refusing.address().getPort() + ": ",
              "www.example.com. A? REFUSED (",
              "  upstream 127.0.0.1:" + server.address().getPort() + ": ",
              "www.example.com. A? NOERROR, 1 record (",
              "= NOERROR, 1 record, ",
              ", 2 servers asked\n");
    }
  }

  @Test
  void anIpv6AddressIsShort() throws IOException {
    try (Responder server = answering("2001:db8:0:0:0:0:0:1", "::ffff:192.0.2.1")) {
      assertThat(query(server, "--short", "www.example.com", "AAAA").out())
          .isEqualTo("2001:db8::1\n::ffff:192.0.2.1\n");
    }
  }
}
