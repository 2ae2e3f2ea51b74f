package dev.namewell.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.wire.ResponseScrubber.Complete;
import dev.namewell.core.wire.ResponseScrubber.Dangling;
import dev.namewell.core.wire.ResponseScrubber.Lame;
import dev.namewell.core.wire.ResponseScrubber.Scrubbed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * What holds for any octets: nothing is thrown, what we accept another implementation reads in the
 * same way, and so it does what we make of it.
 */
final class ReaderProperties {
  private static final int UNKNOWN_TYPE = 65280;

  /** Types whose rdata both implementations read; of others ours keeps the octets as they are. */
  private static final Set<Integer> READ =
      Set.of(
          RecordType.A,
          RecordType.AAAA,
          RecordType.NS,
          RecordType.CNAME,
          RecordType.DNAME,
          RecordType.PTR,
          RecordType.SOA,
          RecordType.MX,
          RecordType.SRV);

  private static final ReplyWriter.Options OPTIONS =
      new ReplyWriter.Options(1232, new byte[] {'n', 's', '1'}, () -> 100, null);
  private static final ExtendedError ERROR = new ExtendedError(0, "x".repeat(200));

  private ReaderProperties() {}

  /**
   * True if it was taken for a query.
   *
   * @param deeply with the other implementation, which takes its time
   */
  static boolean checkQuery(byte[] packet, boolean deeply) {
    byte[] buffer = Arrays.copyOf(packet, packet.length + 7);
    Query query = new Query();
    Query.Form form = query.read(buffer, packet.length);
    same(Arrays.copyOf(buffer, packet.length), packet, "only read");
    switch (form) {
      case RUNT -> assertThat(packet.length).isLessThan(Query.HEADER);
      case RESPONSE -> assertThat(packet[2]).isNegative();
      case MALFORMED, NOT_IMPLEMENTED, BAD_EDNS_VERSION, COOKIE_ONLY ->
          checkError(query, packet, deeply);
      case WELL_FORMED -> {
        checkError(query, packet, deeply);
        if (deeply) {
          checkQuestion(query, packet);
          checkEdns(query, packet);
          checkReplies(query);
        }
      }
    }
    return form == Query.Form.WELL_FORMED;
  }

  private static Message parse(byte[] octets, int length) {
    try {
      return new Message(Arrays.copyOf(octets, length));
    } catch (IOException | RuntimeException e) {
      throw new AssertionError("dnsjava cannot read " + hex(octets, length), e);
    }
  }

  static String hex(byte[] octets, int length) {
    return HexFormat.of().formatHex(octets, 0, length);
  }

  private static void checkQuestion(Query query, byte[] packet) {
    byte[] bare = Arrays.copyOf(packet, query.questionEnd());
    Octets.put32(bare, 6, 0);
    Octets.put16(bare, 10, 0);
    Message message = parse(bare, bare.length);
    Record question = message.getQuestion();
    assertThat(query.askedName()).isEqualTo(question.getName().toWire());
    assertThat(query.question().name().wire()).isEqualTo(question.getName().toWireCanonical());
    assertThat(query.type()).isEqualTo(question.getType());
    assertThat(query.recordClass()).isEqualTo(question.getDClass());
    assertThat(query.id()).isEqualTo(message.getHeader().getID());
    assertThat(query.recursionDesired()).isEqualTo(message.getHeader().getFlag(Flags.RD));
    assertThat(query.checkingDisabled()).isEqualTo(message.getHeader().getFlag(Flags.CD));
    assertThat(Query.hash(query.question())).isEqualTo(query.hash());
    assertThat(query.copy().question()).isEqualTo(query.question());
    assertThat(query.toString()).isNotEmpty();
  }

  /** Options that we do not read may be damaged, so the other one need not get through. */
  private static void checkEdns(Query query, byte[] packet) {
    Message message;
    try {
      message = new Message(packet);
    } catch (IOException | RuntimeException e) {
      assertThat(Octets.u16(packet, 10) + Octets.u16(packet, 8) + Octets.u16(packet, 6))
          .as("records in " + hex(packet, packet.length))
          .isPositive();
      return;
    }
    // The other one forgives everything when TC is set.
    if (query.type() == RecordType.IXFR || message.getHeader().getFlag(Flags.TC)) {
      return;
    }
    assertThat(query.hasEdns()).isEqualTo(message.getOPT() != null);
    if (message.getOPT() != null) {
      assertThat(query.udpPayloadSize())
          .isEqualTo(Math.max(512, message.getOPT().getPayloadSize()));
      // The other one takes a TTL with its highest bit set for zero, in OPT too.
      boolean legible = message.getOPT().getTTL() != 0;
      boolean theirs = (message.getOPT().getFlags() & 0x8000) != 0;
      assertThat(query.dnssecOk() == theirs || !legible).as("DO").isTrue();
      assertThat(message.getOPT().getVersion()).isZero();
    }
  }

  private static void checkError(Query query, byte[] packet, boolean deeply) {
    ReplyWriter writer = new ReplyWriter(0, OPTIONS);
    int rcode = query.hasEdns() ? Rcode.BADVERS : Rcode.FORMERR;
    int length = writer.error(query, rcode, ERROR);
    assertThat(length).isLessThanOrEqualTo(Math.max(512, packet.length + 250));
    if (!deeply) {
      return;
    }
    Message reply = parse(writer.bytes(), length);
    assertThat(reply.getHeader().getID()).isEqualTo(Octets.u16(packet, 0));
    assertThat(reply.getHeader().getFlag(Flags.QR)).isTrue();
    assertThat(reply.getRcode()).isEqualTo(rcode);
    assertThat(reply.getQuestion() != null).isEqualTo(query.hasQuestion());
    assertThat(reply.getOPT() != null).isEqualTo(query.hasEdns());
  }

  private static void checkReplies(Query query) {
    MessageWriter answer = new MessageWriter(query.question(), Rcode.NOERROR);
    for (int i = 0; i < 40; i++) {
      answer.add(query.question().name(), RecordType.A, 1, 60 + i, new byte[] {10, 0, 0, (byte) i});
    }
    checkReplies(query, answer.toAnswer(60, Answer.Security.INDETERMINATE));
  }

  private static void checkReplies(Query query, Answer answer) {
    byte[] packed = pack(answer);
    for (Transport transport : new Transport[] {Transport.UDP, Transport.TCP}) {
      ReplyWriter writer = new ReplyWriter(0, OPTIONS).to(new Client(transport), OPTIONS);
      int length = writer.answer(query, packed, answer.message().length, 30, null);
      byte[] reply = Arrays.copyOf(writer.bytes(), length);
      if (transport == Transport.UDP) {
        assertThat(length).isLessThanOrEqualTo(Math.min(query.udpPayloadSize(), 1232));
      }
      Response read = accepted(ResponseReader.read(reply), reply);
      assertThat(read.isTruncated() ? answer.answerCount() : read.answer().size())
          .isEqualTo(answer.answerCount());
      assertThat(Octets.u16(reply, 0)).isEqualTo(query.id());
      assertThat(Arrays.copyOfRange(reply, 12, 12 + query.nameLength()))
          .as("letter case")
          .isEqualTo(query.askedName());
      checkAgainstOther(read);
    }
  }

  private static byte[] pack(Answer answer) {
    int[] offsets = answer.ttlOffsets();
    byte[] packed = Arrays.copyOf(answer.message(), answer.message().length + 2 * offsets.length);
    for (int i = 0; i < offsets.length; i++) {
      Octets.put16(packed, answer.message().length + 2 * i, offsets[i]);
    }
    return packed;
  }

  /**
   * True if it was taken for a response.
   *
   * @param deeply with the other implementation, which takes its time
   */
  static boolean checkResponse(byte[] octets, boolean deeply) {
    byte[] message = octets.clone();
    ParsedResponse parsed = ResponseReader.read(message);
    if (!(parsed instanceof Response response)) {
      return false;
    }
    boolean whole = !response.isTruncated();
    // A stray pointer may lead into a type that is made unknown for the comparison.
    if (whole && deeply && !response.strayPointers()) {
      checkAgainstOther(response);
    }
    boolean answer = response.rcode() == Rcode.NOERROR || response.rcode() == Rcode.NXDOMAIN;
    DnsName name = response.questionName();
    if (whole && answer && name != null) {
      for (boolean dnssecOk : new boolean[] {false, true}) {
        Question question =
            new Question(name, response.questionType(), response.questionClass(), dnssecOk, false);
        Scrubbed scrubbed = ResponseScrubber.scrub(response, question);
        if (deeply) {
          checkScrubbed(response, question, scrubbed);
        }
      }
    }
    same(message, octets, "only read");
    return true;
  }

  private static Response accepted(ParsedResponse parsed, byte[] octets) {
    if (parsed instanceof Response response) {
      return response;
    }
    throw new AssertionError("we made " + parsed + ": " + hex(octets, octets.length));
  }

  private static List<ResponseRecord> records(Response response) {
    List<ResponseRecord> all = new ArrayList<>(response.answer());
    all.addAll(response.authority());
    return all;
  }

  /** Answer and authority sections; types that only one of us reads are made unknown to both. */
  private static void checkAgainstOther(Response response) {
    List<ResponseRecord> ours = records(response);
    int end = ours.isEmpty() ? response.questionEnd() : ours.getLast().end();
    byte[] reduced = Arrays.copyOf(response.message(), end);
    Octets.put16(reduced, 10, 0);
    // Another opcode would give sections another meaning (RFC 2136 §2).
    reduced[2] &= (byte) ~0x78;
    for (ResponseRecord record : ours) {
      if (!READ.contains(record.type())) {
        Octets.put16(reduced, record.ttlOffset() - 4, UNKNOWN_TYPE);
      }
    }
    Message message = parse(reduced, end);
    List<Record> theirs = new ArrayList<>(message.getSection(Section.ANSWER));
    theirs.addAll(message.getSection(Section.AUTHORITY));
    assertThat(theirs).hasSameSizeAs(ours);
    for (int i = 0; i < ours.size(); i++) {
      ResponseRecord mine = ours.get(i);
      Record other = theirs.get(i);
      long ttl = other.getTTL() > Integer.MAX_VALUE ? 0 : other.getTTL();
      same(mine.owner().wire(), other.getName().toWireCanonical(), "owner");
      same(mine.recordClass(), other.getDClass(), "class");
      same(mine.ttlSeconds(), ttl, "TTL");
      same(lower(response.rdata(mine)), lower(other.rdataToWireCanonical()), "rdata");
    }
    if (response.questionName() != null) {
      assertThat(response.questionName().wire())
          .isEqualTo(message.getQuestion().getName().toWireCanonical());
    }
  }

  /** As AssertJ would say it, at a hundredth of the cost. */
  private static void same(byte[] mine, byte[] theirs, String what) {
    if (!Arrays.equals(mine, theirs)) {
      throw new AssertionError(
          what + " " + hex(mine, mine.length) + " instead of " + hex(theirs, theirs.length));
    }
  }

  private static void same(long mine, long theirs, String what) {
    if (mine != theirs) {
      throw new AssertionError(what + " " + mine + " instead of " + theirs);
    }
  }

  private static byte[] lower(byte[] octets) {
    byte[] copy = octets.clone();
    Ascii.lower(copy, 0, copy.length);
    return copy;
  }

  private static void checkScrubbed(Response response, Question question, Scrubbed scrubbed) {
    switch (scrubbed) {
      case Lame(String why) -> assertThat(why).isNotEmpty();
      case Dangling(Answer aliases, DnsName target) -> {
        assertThat(target).isNotEqualTo(question.name());
        checkAnswer(response, question, aliases);
      }
      case Complete(Answer answer) -> checkAnswer(response, question, answer);
    }
  }

  private static void checkAnswer(Response response, Question question, Answer answer) {
    Response read = accepted(ResponseReader.read(answer.message()), answer.message());
    assertThat(read.questionName()).isEqualTo(question.name());
    assertThat(read.questionType()).isEqualTo(question.type());
    assertThat(Octets.u16(answer.message(), 0)).as("ID").isZero();
    assertThat(read.edns()).isEmpty();
    assertThat(read.strayPointers()).as("pointers that lead nowhere certain").isFalse();
    assertThat(answer.ttlSeconds()).isNotNegative();
    // Where the records asked for are there, the name exists, whatever the server says of it.
    assertThat(answer.rcode()).isIn(response.rcode(), Rcode.NOERROR);
    assertThat(answer.rcode() == response.rcode() || answer.answerCount() > 0).isTrue();
    assertThat(records(read).stream().mapToInt(ResponseRecord::ttlOffset).toArray())
        .isEqualTo(answer.ttlOffsets());
    assertThat(read.answer()).hasSize(answer.answerCount());
    Set<List<Object>> given = contents(response);
    assertThat(given).as("nothing is made up").containsAll(contents(read));
    checkAgainstOther(read);
    Query query = new Query();
    byte[] packet =
        QueryWriter.write(question, true, new QueryWriter.OutgoingEdns(600, new byte[0], false));
    assertThat(query.read(packet, packet.length)).isEqualTo(Query.Form.WELL_FORMED);
    checkReplies(query, answer);
  }

  private static Set<List<Object>> contents(Response response) {
    Set<List<Object>> all = new HashSet<>();
    for (ResponseRecord record : records(response)) {
      byte[] rdata = lower(response.rdata(record));
      all.add(
          List.of(record.owner(), record.type(), record.recordClass(), hex(rdata, rdata.length)));
    }
    return all;
  }
}
