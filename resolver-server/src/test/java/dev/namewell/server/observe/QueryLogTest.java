package dev.namewell.server.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events.Source;
import dev.namewell.core.settings.LogSettings.Format;
import dev.namewell.core.wire.Query;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

@Timeout(60)
class QueryLogTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-02-03T12:00:00.045Z"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private List<String> lines(Format format, Query query, int rcode, Source source) {
    try (QueryLog log = QueryLog.start(out, format, NOON)) {
      log.answered(query, Samples.client(Transport.UDP), rcode, source, 1_234_567);
    }
    return out.toString(StandardCharsets.US_ASCII).lines().toList();
  }

  @Test
  void aLineTellsWhoAskedWhatAndWhatCameOfIt() {
    Query query = Samples.query(RecordType.AAAA, "wWw", "Example", "com");
    assertThat(lines(Format.TEXT, query, Rcode.NXDOMAIN, Source.FORWARDED))
        .containsExactly(
            "2026-02-03T12:00:00.045Z query client=192.0.2.7#40123 transport=udp"
                + " name=wWw.Example.com. class=IN type=AAAA rcode=NXDOMAIN source=forwarded"
                + " ms=1.234");
  }

  @Test
  void namesCannotForgeLines() {
    Query query = Samples.query(RecordType.A, "a b\nforged rcode=REFUSED", "\"quoted\\", "\u00e4");
    assertThat(lines(Format.TEXT, query, Rcode.NOERROR, Source.CACHE))
        .singleElement()
        .asString()
        .contains(" name=a\\032b\\010forged\\032rcode=REFUSED.\\\"quoted\\\\.\\228. class=IN ");
  }

  @Test
  void aJsonLineIsAnObjectWhateverTheName() {
    Query query = Samples.query(65_000, "a b\n", "\"quoted\\", "\u00e4", ".");
    List<String> lines = lines(Format.JSON, query, Rcode.NOERROR, Source.STALE);
    assertThat(lines).hasSize(1);
    assertThat(object(lines.getFirst()))
        .containsEntry("time", "2026-02-03T12:00:00.045Z")
        .containsEntry("event", "query")
        .containsEntry("client", "192.0.2.7")
        .containsEntry("port", "40123")
        .containsEntry("transport", "udp")
        .containsEntry("name", "a\\032b\\010.\\\"quoted\\\\.\\228.\\..")
        .containsEntry("class", "IN")
        .containsEntry("type", "TYPE65000")
        .containsEntry("rcode", "NOERROR")
        .containsEntry("source", "stale")
        .containsEntry("milliseconds", "1.234");
  }

  @Test
  void aQuestionThatCannotBeReadIsAHyphen() {
    assertThat(lines(Format.TEXT, Samples.malformed(), Rcode.FORMERR, Source.ERROR))
        .singleElement()
        .asString()
        .contains(" name=- rcode=FORMERR source=error ");
  }

  @Test
  void theQueryMayBeReadAnewAtOnce() {
    Query query = Samples.query(RecordType.A, "first");
    try (QueryLog log = QueryLog.start(out, Format.TEXT, NOON)) {
      log.answered(query, Samples.client(Transport.UDP), 0, Source.CACHE, 1);
      query.read(new byte[12], 12);
    }
    assertThat(out.toString(StandardCharsets.US_ASCII)).contains("name=first. ");
  }

  @Test
  void aBlockedOutputBlocksNobodyAndDropsAreCounted() {
    CountDownLatch unblock = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int octet) {
            throw new AssertionError("whole lines only");
          }

          @Override
          public void write(byte[] octets, int offset, int length) {
            try {
              unblock.await();
            } catch (InterruptedException interrupted) {
              Thread.currentThread().interrupt();
            }
            out.write(octets, offset, length);
          }
        };
    Query query = Samples.query(RecordType.A, "example");
    int offered = 50_000;
    QueryLog log = QueryLog.start(stuck, Format.TEXT, NOON);
    for (int i = 0; i < offered; i++) {
      log.answered(query, Samples.client(Transport.UDP), 0, Source.CACHE, 1);
    }
    assertThat(log.dropped()).isPositive();
    unblock.countDown();
    log.close();
    long written = out.toString(StandardCharsets.US_ASCII).lines().count();
    assertThat(written + log.dropped()).isEqualTo(offered);
    log.answered(query, Samples.client(Transport.UDP), 0, Source.CACHE, 1);
    assertThat(written + log.dropped()).isEqualTo(offered + 1);
  }

  @Test
  void aBrokenOutputIsCounted() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    QueryLog log = QueryLog.start(broken, Format.TEXT, NOON);
    log.answered(
        Samples.query(RecordType.A, "example"), Samples.client(Transport.TCP), 0, Source.CACHE, 1);
    log.close();
    assertThat(log.dropped()).isEqualTo(1);
  }

  private static Map<String, String> object(String json) {
    Map<String, String> members = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, parser.getString());
      }
      assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(parser.nextToken()).isNull();
    }
    return members;
  }
}
