package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.NameText;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.port.Events.Source;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One answered query, kept until it is written.
 *
 * @param epochMillis wall clock at the reply
 * @param name QNAME as the client wrote it; empty if the question could not be read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QueryLogLine(
    long epochMillis,
    Client client,
    byte[] name,
    int type,
    int recordClass,
    int rcode,
    Source source,
    long nanos) {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /** Appends a line of {@code key=value} pairs; no value holds a space. */
  void text(StringBuilder out) {
    TIME.formatTo(Instant.ofEpochMilli(epochMillis), out);
    out.append(" query client=").append(client);
    out.append(" transport=").append(AnswerLabels.text(client.transport()));
    out.append(" name=").append(nameText());
    if (name.length > 0) {
      out.append(" class=").append(RecordClass.mnemonic(recordClass));
      out.append(" type=").append(RecordType.mnemonic(type));
    }
    out.append(" rcode=").append(Rcode.mnemonic(rcode));
    out.append(" source=").append(AnswerLabels.text(source)).append(" ms=");
    millis(out);
    out.append('\n');
  }

  /** Appends a line that is one JSON object. */
  void json(StringBuilder out) {
    out.append("{\"time\":\"");
    TIME.formatTo(Instant.ofEpochMilli(epochMillis), out);
    out.append("\",\"event\":\"query\",\"client\":\"");
    out.append(Endpoint.text(client.address())).append("\",\"port\":").append(client.port());
    member(out, "transport", AnswerLabels.text(client.transport()));
    member(out, "name", nameText());
    if (name.length > 0) {
      member(out, "class", RecordClass.mnemonic(recordClass));
      member(out, "type", RecordType.mnemonic(type));
    }
    member(out, "rcode", Rcode.mnemonic(rcode));
    member(out, "source", AnswerLabels.text(source));
    out.append(",\"milliseconds\":");
    millis(out);
    out.append("}\n");
  }

  private static void member(StringBuilder out, String key, String value) {
    out.append(",\"").append(key).append("\":\"");
    Printable.json(out, value);
    out.append('"');
  }

  private String nameText() {
    return name.length == 0 ? "-" : NameText.format(name, 0);
  }

  private void millis(StringBuilder out) {
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos));
    out.append(micros / 1000).append('.');
    long rest = micros % 1000;
    out.append((char) ('0' + rest / 100));
    out.append((char) ('0' + rest / 10 % 10));
    out.append((char) ('0' + rest % 10));
  }
}
