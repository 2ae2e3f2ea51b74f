package dev.namewell.server.client;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.server.client.DnsClient.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Replies in the manner of dig. */
public final class ReplyText {
  private static final int QUESTION = 0;
  private static final int ANSWER = 1;

  private ReplyText() {}

  /**
   * The whole reply.
   *
   * @throws IllegalArgumentException with a reason for people if it cannot be read
   */
  public static String whole(ClientQuery query, Outcome.Reply outcome) {
    Reply reply = Reply.read(outcome.message());
    StringBuilder out = new StringBuilder();
    if (outcome.retriedOverTcp()) {
      out.append(";; Truncated over UDP, asked again over TCP\n");
    }
    out.append(";; status: ").append(reply.status()).append(", id: ").append(reply.id());
    out.append(", flags: ").append(String.join(" ", reply.flags())).append('\n');
    reply.edns().ifPresent(edns -> append(out, edns));
    for (int section = 0; section < Reply.SECTIONS.size(); section++) {
      List<Reply.Line> lines = reply.lines(section);
      if (!lines.isEmpty()) {
        String title = Reply.SECTIONS.get(section).toUpperCase(Locale.ROOT);
        out.append("\n;; ").append(title).append(" SECTION:\n");
        boolean question = section == QUESTION;
        lines.forEach(line -> out.append(question ? question(line) : record(line)));
      }
    }
    out.append("\n;; Query time: ").append(outcome.elapsed().toMillis()).append(" msec\n");
    out.append(";; SERVER: ").append(server(query)).append(outcome.tcp() ? " (TCP)" : " (UDP)");
    out.append("\n;; MSG SIZE rcvd: ").append(reply.length()).append('\n');
    return out.toString();
  }

  /** Only the data of the answer section, a line each. */
  public static String brief(Outcome.Reply outcome) {
    StringBuilder out = new StringBuilder();
    for (Reply.Line line : Reply.read(outcome.message()).lines(ANSWER)) {
      out.append(line.data()).append('\n');
    }
    return out.toString();
  }

  /** True for NOERROR and NXDOMAIN: the server did its work. */
  public static boolean isAnswer(Outcome.Reply outcome) {
    int rcode = QueryBytes.rcode(outcome.message());
    return rcode == 0 || rcode == 3;
  }

  static String server(ClientQuery query) {
    return Endpoint.text(query.server().getAddress()) + "#" + query.server().getPort();
  }

  private static void append(StringBuilder out, Reply.EdnsView edns) {
    out.append(";; EDNS: version: ").append(edns.version());
    out.append(", flags:").append(edns.dnssecOk() ? " do" : "");
    out.append(", udp: ").append(edns.udpPayloadSize()).append('\n');
    Optional<String> nsid = edns.nsid();
    nsid.ifPresent(text -> out.append(";; NSID: ").append(text).append('\n'));
    for (Reply.ExtendedErrorView error : edns.errors()) {
      out.append(";; EDE: ").append(error.code());
      out.append(error.name().isEmpty() ? "" : " (" + error.name() + ")");
      out.append(error.text().isEmpty() ? "" : ": " + error.text()).append('\n');
    }
  }

  private static String question(Reply.Line line) {
    return ";" + line.name() + "\t" + line.recordClass() + "\t" + line.type() + "\n";
  }

  private static String record(Reply.Line line) {
    return String.join(
            "\t",
            line.name(),
            Long.toString(line.ttl()),
            line.recordClass(),
            line.type(),
            line.data())
        + "\n";
  }
}
