package dev.namewell.server.observe;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.ExchangeEnd;
import dev.namewell.core.port.Events.Part;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.wire.Query;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Queries and clients for tests. */
final class Samples {
  private Samples() {}

  static Query query(int type, String... labels) {
    return query(
        type, List.of(labels).stream().map(l -> l.getBytes(StandardCharsets.ISO_8859_1)).toList());
  }

  static Query query(int type, List<byte[]> labels) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.writeBytes(new byte[] {0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (byte[] label : labels) {
      packet.write(label.length);
      packet.writeBytes(label);
    }
    packet.writeBytes(new byte[] {0, (byte) (type >> 8), (byte) type, 0, 1});
    Query query = new Query();
    query.read(packet.toByteArray(), packet.size());
    return query;
  }

  /** A packet whose question is cut off. */
  static Query malformed() {
    Query query = new Query();
    query.read(new byte[] {0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'w'}, 14);
    return query;
  }

  static Client client(Transport transport) {
    return Client.of(new InetSocketAddress("192.0.2.7", 40123), transport);
  }

  /** Makes each metric with labels have a value. */
  static void useAll(MetricsRecorder recorder) {
    Endpoint upstream = new Endpoint(new InetSocketAddress("192.0.2.53", 53));
    recorder.answered(query(RecordType.A, "www"), client(Transport.UDP), 0, Source.CACHE, 1);
    recorder.exchanged(upstream, Transport.UDP, ExchangeEnd.ANSWERED, 1);
    recorder.limitReached("limits.waiting");
    recorder.bogus(
        Question.of(DnsName.parse("www.example."), RecordType.A),
        new ExtendedError(ExtendedError.DNSSEC_BOGUS, "forged"));
    recorder.defect(Part.QUERY, "a test", new IllegalStateException("not a real defect"));
  }
}
