package dev.namewell.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

class ReplyWriterTest {
  private static final Question QUESTION =
      Question.of(DnsName.parse("www.example.com."), RecordType.A);
  private static final ReplyWriter.Options OPTIONS =
      new ReplyWriter.Options(1232, new byte[] {'n', 'w'}, () -> 100, null);

  private static final Client UDP = new Client(Transport.UDP);
  private static final Client TCP = new Client(Transport.TCP);

  private final Query query = new Query();
  private final ReplyWriter writer = new ReplyWriter(64, OPTIONS);

  /** A query as a client sends it, with ID and mixed letter case. */
  private void ask(byte[] packet) {
    byte[] mixed = QueryWriter.withLetterCase(packet, 0x5555);
    Octets.put16(mixed, 0, 0x4711);
    assertThat(query.read(mixed, mixed.length)).isEqualTo(Query.Form.WELL_FORMED);
  }

  private static byte[] plain() {
    return QueryWriter.write(QUESTION, true, null);
  }

  private static byte[] edns(int size) {
    return QueryWriter.write(
        QUESTION, true, new QueryWriter.OutgoingEdns(size, new byte[0], false));
  }

  private static ReplyWriter.Image answer(int records) {
    MessageWriter message = new MessageWriter(QUESTION, Rcode.NOERROR);
    for (int i = 0; i < records; i++) {
      message.add(QUESTION.name(), RecordType.A, 1, 300, new byte[] {(byte) 192, 0, 2, (byte) i});
    }
    return pack(message.toAnswer(300, Security.INDETERMINATE));
  }

  private static ReplyWriter.Image pack(Answer answer) {
    int length = answer.message().length;
    byte[] packed = Arrays.copyOf(answer.message(), length + 2 * answer.ttlOffsets().length);
    for (int i = 0; i < answer.ttlOffsets().length; i++) {
      Octets.put16(packed, length + 2 * i, answer.ttlOffsets()[i]);
    }
    return new ReplyWriter.Image(packed, length);
  }

  private Message reply(int length) throws Exception {
    return new Message(Arrays.copyOf(writer.bytes(), length));
  }

  @Test
  void agesEveryTtlAndEchoesIdFlagsAndLetterCase() throws Exception {
    ask(plain());
    ReplyWriter.Image image = answer(3);
    Message reply =
        reply(writer.to(UDP, OPTIONS).answer(query, image.packed(), image.wireLength(), 100, null));

    assertThat(reply.getHeader().getID()).isEqualTo(0x4711);
    assertThat(reply.getHeader().getFlag(Flags.RD)).isTrue();
    assertThat(reply.getHeader().getFlag(Flags.RA)).isTrue();
    assertThat(reply.getHeader().getFlag(Flags.AA)).isFalse();
    assertThat(reply.getQuestion().getName().toString()).isEqualTo("WwW.eXaMpLe.CoM.");
    assertThat(reply.getSection(Section.ANSWER)).hasSize(3).allMatch(r -> r.getTTL() == 200);
    assertThat(reply.getOPT()).isNull();
  }

  @Test
  void theCachedImageIsNeverChanged() {
    ask(plain());
    ReplyWriter.Image image = answer(3);
    byte[] before = image.packed().clone();
    writer.answer(query, image.packed(), image.wireLength(), 100, null);
    writer.stale(query, image, 30, new ExtendedError(3, ""));

    assertThat(image.packed()).isEqualTo(before);
  }

  @Test
  void withoutEdnsAUdpReplyHas512OctetsAtMost() throws Exception {
    ask(plain());
    ReplyWriter.Image image = answer(100);
    int length = writer.to(UDP, OPTIONS).answer(query, image.packed(), image.wireLength(), 0, null);
    Message reply = reply(length);

    assertThat(length).isLessThanOrEqualTo(512).isGreaterThan(512 - 16);
    assertThat(reply.getHeader().getFlag(Flags.TC)).isTrue();
    assertThat(reply.getSection(Section.ANSWER)).hasSize((512 - 33) / 16);
  }

  @Test
  void theClientsSizeIsHonouredUpToOurOwn() throws Exception {
    ReplyWriter.Image image = answer(200);
    for (int size : new int[] {0, 512, 800, 1232, 4096}) {
      ask(edns(size));
      int length =
          writer.to(UDP, OPTIONS).answer(query, image.packed(), image.wireLength(), 0, null);
      int limit = Math.min(1232, Math.max(512, size));
      assertThat(length).isLessThanOrEqualTo(limit).isGreaterThan(limit - 16);
      assertThat(reply(length).getOPT().getPayloadSize()).isEqualTo(1232);
    }
  }

  @Test
  void streamsCarryWholeAnswers() throws Exception {
    ask(plain());
    ReplyWriter.Image image = answer(200);
    int length = writer.to(TCP, OPTIONS).answer(query, image.packed(), image.wireLength(), 0, null);

    assertThat(reply(length).getSection(Section.ANSWER)).hasSize(200);
    assertThat(reply(length).getHeader().getFlag(Flags.TC)).isFalse();
  }

  @Test
  void staleAnswersSayThatTheyAre() throws Exception {
    ask(edns(1232));
    int length =
        writer
            .to(UDP, OPTIONS)
            .stale(query, answer(1), 30, new ExtendedError(ExtendedError.STALE_ANSWER, ""));
    Message reply = reply(length);

    assertThat(reply.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(30);
    assertThat(reply.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR))
        .singleElement()
        .satisfies(o -> assertThat(((ExtendedErrorCodeOption) o).getErrorCode()).isEqualTo(3));
  }

  @Test
  void badversNeedsTheUpperBitsOfTheRcode() throws Exception {
    ask(edns(1232));
    Message reply = reply(writer.error(query, Rcode.BADVERS, null));

    assertThat(reply.getRcode()).isEqualTo(Rcode.BADVERS);
    assertThat(reply.getHeader().getRcode()).isZero();
  }

  @Test
  void keepaliveIsToldOnStreamsOnly() throws Exception {
    byte[] packet =
        QueryWriter.write(QUESTION, true, new QueryWriter.OutgoingEdns(1232, new byte[8], false));
    Octets.put16(packet, packet.length - 12, Edns.TCP_KEEPALIVE);
    Octets.put16(packet, packet.length - 10, 0);
    byte[] shorter = Arrays.copyOf(packet, packet.length - 8);
    Octets.put16(shorter, shorter.length - 6, 4);
    ask(shorter);

    Message tcp = reply(writer.to(TCP, OPTIONS).error(query, Rcode.REFUSED, null));
    assertThat(tcp.getOPT().getOptions(EDNSOption.Code.TCP_KEEPALIVE)).hasSize(1);
    Message udp = reply(writer.to(UDP, OPTIONS).error(query, Rcode.REFUSED, null));
    assertThat(udp.getOPT().getOptions(EDNSOption.Code.TCP_KEEPALIVE)).isEmpty();
  }

  @Test
  void nsidIsToldToThoseWhoAsk() throws Exception {
    byte[] packet =
        QueryWriter.write(QUESTION, true, new QueryWriter.OutgoingEdns(1232, new byte[8], false));
    byte[] asking = Arrays.copyOf(packet, packet.length - 8);
    Octets.put16(asking, asking.length - 4, Edns.NSID);
    Octets.put16(asking, asking.length - 2, 0);
    Octets.put16(asking, asking.length - 6, 4);
    ask(asking);
    Message reply = reply(writer.to(UDP, OPTIONS).error(query, Rcode.NOERROR, null));

    assertThat(reply.getOPT().getOptions(EDNSOption.Code.NSID))
        .singleElement()
        .satisfies(o -> assertThat(o.toString()).contains("6E77"));
  }

  @Test
  void errorsAreMadeFromTheQuerysOwnOctets() throws Exception {
    ask(plain());
    Message reply = reply(writer.error(query, Rcode.REFUSED, null));

    assertThat(reply.getRcode()).isEqualTo(Rcode.REFUSED);
    assertThat(reply.getHeader().getID()).isEqualTo(0x4711);
    assertThat(reply.getQuestion().getName().toString()).isEqualTo("WwW.eXaMpLe.CoM.");
  }
}
