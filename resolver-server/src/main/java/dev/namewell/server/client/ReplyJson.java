package dev.namewell.server.client;

import dev.namewell.server.client.DnsClient.Outcome;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An outcome as one JSON object in one line. */
public final class ReplyJson {
  private ReplyJson() {}

  /**
   * Writes a reply, or the reason for silence.
   *
   * @throws IllegalArgumentException with a reason for people if the reply cannot be read
   */
  public static String write(ClientQuery query, Outcome outcome) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("server", ReplyText.server(query));
      switch (outcome) {
        case Outcome.Silence(String reason) -> json.writeStringProperty("error", reason);
        case Outcome.Reply reply -> write(json, reply);
      }
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Outcome.Reply outcome) {
    Reply reply = Reply.read(outcome.message());
    json.writeStringProperty("transport", outcome.tcp() ? "tcp" : "udp");
    json.writeNumberProperty("milliseconds", outcome.elapsed().toMillis());
    json.writeNumberProperty("octets", reply.length());
    json.writeStringProperty("status", reply.status());
    json.writeNumberProperty("id", reply.id());
    json.writeArrayPropertyStart("flags");
    reply.flags().forEach(json::writeString);
    json.writeEndArray();
    reply.edns().ifPresent(edns -> write(json, edns));
    for (int section = 0; section < Reply.SECTIONS.size(); section++) {
      json.writeArrayPropertyStart(Reply.SECTIONS.get(section));
      write(json, reply.lines(section), section > 0);
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, Reply.EdnsView edns) {
    json.writeObjectPropertyStart("edns");
    json.writeNumberProperty("version", edns.version());
    json.writeNumberProperty("udp-payload-size", edns.udpPayloadSize());
    json.writeBooleanProperty("dnssec-ok", edns.dnssecOk());
    edns.nsid().ifPresent(nsid -> json.writeStringProperty("nsid", nsid));
    json.writeArrayPropertyStart("extended-errors");
    for (Reply.ExtendedErrorView error : edns.errors()) {
      json.writeStartObject();
      json.writeNumberProperty("code", error.code());
      json.writeStringProperty("name", error.name());
      json.writeStringProperty("text", error.text());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, List<Reply.Line> lines, boolean records) {
    for (Reply.Line line : lines) {
      json.writeStartObject();
      json.writeStringProperty("name", line.name());
      json.writeStringProperty("class", line.recordClass());
      json.writeStringProperty("type", line.type());
      if (records) {
        json.writeNumberProperty("ttl", line.ttl());
        json.writeStringProperty("data", line.data());
      }
      json.writeEndObject();
    }
  }
}
