package dev.namewell.core.wire;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.Ascii;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a response what was asked for and nothing else: the alias chain from QNAME, the RRset
 * at its end, and for negative answers the SOA (RFC 2308 §2); with DO also signatures and denial
 * records. Records that nobody asked for never reach the cache.
 */
public final class ResponseScrubber {
  /** CNAME records followed in one response; most resolvers allow eleven to sixteen. */
  public static final int MAX_ALIASES = 11;

  /**
   * Lifetime of a negative answer without SOA, in seconds. RFC 2308 §5 would not cache it, lest it
   * go round between servers for ever (here {@code LoopDetector} sees to that); but then each query
   * for such a name would cost an exchange. Unbound keeps it as long.
   */
  private static final int NO_SOA_TTL_SECONDS = 5;

  /** What the response is worth. */
  public sealed interface Scrubbed {}

  /** The whole answer, positive or negative. */
  public record Complete(Answer answer) implements Scrubbed {}

  /** An alias chain that ends in a name about which the response says nothing. */
  public record Dangling(Answer aliases, DnsName target) implements Scrubbed {}

  /** A referral, or nothing that fits the question: this server is lame for it. */
  public record Lame(String why) implements Scrubbed {}

  private static final Lame NO_DNAME = new Lame("YXDOMAIN without DNAME");
  private static final Lame TOO_LONG = new Lame("longer than a message when written out");

  private final Response response;
  private final Question question;
  private final List<ResponseRecord> kept = new ArrayList<>();

  /** Where kept records start: searching the list would be quadratic in what a server sends. */
  private final BitSet keptStarts = new BitSet();

  private int leastTtl = Integer.MAX_VALUE;
  private DnsName current;

  private ResponseScrubber(Response response, Question question) {
    this.response = response;
    this.question = question;
    this.current = question.name();
  }

  /** Scrubs a NOERROR, NXDOMAIN or YXDOMAIN response to this question. */
  public static Scrubbed scrub(Response response, Question question) {
    return new ResponseScrubber(response, question).scrub();
  }

  private Scrubbed scrub() {
    if (question.type() == RecordType.CNAME) {
      keepDname();
    }
    int aliases = 0;
    while (!keepWanted()) {
      DnsName target = keepAlias();
      if (target == null) {
        return negative(aliases > 0);
      }
      current = target;
      if (++aliases > MAX_ALIASES) {
        return new Lame("alias chain longer than " + MAX_ALIASES);
      }
    }
    if (response.rcode() == Rcode.YXDOMAIN) {
      return NO_DNAME;
    }
    int keptAnswers = kept.size();
    keepDenial(false);
    return complete(keptAnswers, Rcode.NOERROR);
  }

  private boolean keepWanted() {
    boolean found = false;
    for (ResponseRecord record : response.answer()) {
      boolean wanted = record.type() == question.type() || question.type() == RecordType.ANY;
      if (wanted && isAt(record, current)) {
        keep(record);
        found = true;
      }
    }
    if (found && question.type() != RecordType.ANY) {
      keepSignatures(response.answer(), current, question.type());
    }
    return found;
  }

  /**
   * The DNAME that a CNAME is made from, which has no signature but that one's (RFC 6672 §5.3.1).
   */
  private void keepDname() {
    for (ResponseRecord record : response.answer()) {
      if (record.type() == RecordType.DNAME
          && record.recordClass() == question.recordClass()
          && !record.owner().equals(current)
          && current.isWithin(record.owner())) {
        keep(record);
        keepSignatures(response.answer(), record.owner(), RecordType.DNAME);
        break;
      }
    }
  }

  private @Nullable DnsName keepAlias() {
    keepDname();
    for (ResponseRecord record : response.answer()) {
      if (record.type() == RecordType.CNAME && isAt(record, current)) {
        keep(record);
        keepSignatures(response.answer(), current, RecordType.CNAME);
        return response.target(record);
      }
    }
    return null;
  }

  private Scrubbed negative(boolean afterAlias) {
    if (response.rcode() == Rcode.YXDOMAIN
        && kept.stream().noneMatch(record -> record.type() == RecordType.DNAME)) {
      return NO_DNAME;
    }
    int keptAnswers = kept.size();
    ResponseRecord soa = soa();
    if (soa == null) {
      if (afterAlias && response.rcode() == Rcode.NOERROR) {
        keepDenial(false);
        Answer aliases = build(keptAnswers, Rcode.NOERROR);
        return aliases == null ? TOO_LONG : new Dangling(aliases, current);
      }
      if (isReferral()) {
        return new Lame("referral instead of an answer");
      }
      leastTtl = Math.min(leastTtl, NO_SOA_TTL_SECONDS);
    } else {
      keep(soa);
      leastTtl = Math.min(leastTtl, response.soaMinimum(soa));
      keepSignatures(response.authority(), soa.owner(), RecordType.SOA);
    }
    keepDenial(true);
    return complete(keptAnswers, response.rcode());
  }

  private @Nullable ResponseRecord soa() {
    for (ResponseRecord record : response.authority()) {
      if (record.type() == RecordType.SOA
          && record.recordClass() == question.recordClass()
          && current.isWithin(record.owner())) {
        return record;
      }
    }
    return null;
  }

  private boolean isReferral() {
    if (response.rcode() != Rcode.NOERROR || response.isAuthoritative()) {
      return false;
    }
    for (ResponseRecord record : response.authority()) {
      if (record.type() == RecordType.NS) {
        return true;
      }
    }
    return false;
  }

  /** NSEC and NSEC3 prove denials, and behind an answer or an alias that a wildcard made it. */
  private void keepDenial(boolean countTtl) {
    if (!question.dnssecOk()) {
      return;
    }
    for (ResponseRecord record : response.authority()) {
      int covered = record.coveredType(response.message());
      boolean denial = covered == RecordType.NSEC || covered == RecordType.NSEC3;
      if (denial && record.recordClass() == question.recordClass()) {
        kept.add(record);
        if (countTtl) {
          leastTtl = Math.min(leastTtl, record.ttlSeconds());
        }
      }
    }
  }

  private void keepSignatures(List<ResponseRecord> section, DnsName owner, int covered) {
    if (!question.dnssecOk()) {
      return;
    }
    int signatures = 0;
    for (ResponseRecord record : section) {
      if (record.type() == RecordType.RRSIG
          && isAt(record, owner)
          && record.coveredType(response.message()) == covered
          && ++signatures <= Response.MAX_SIGNATURES) {
        keep(record);
      }
    }
  }

  private boolean isAt(ResponseRecord record, DnsName owner) {
    return record.recordClass() == question.recordClass() && record.owner().equals(owner);
  }

  private void keep(ResponseRecord record) {
    if (!keptStarts.get(record.start())) {
      keptStarts.set(record.start());
      kept.add(record);
      leastTtl = Math.min(leastTtl, record.ttlSeconds());
    }
  }

  private Scrubbed complete(int keptAnswers, int rcode) {
    Answer answer = build(keptAnswers, rcode);
    return answer == null ? TOO_LONG : new Complete(answer);
  }

  /** Null if the names that have to be written out make it longer than a message may be. */
  private @Nullable Answer build(int keptAnswers, int rcode) {
    int ttl = leastTtl == Integer.MAX_VALUE ? NO_SOA_TTL_SECONDS : leastTtl;
    return !response.strayPointers() && isPrefix(keptAnswers)
        ? cutBehindKept(keptAnswers, rcode, ttl)
        : rebuilt(keptAnswers, rcode, ttl);
  }

  /** True if the kept records are all of the answer section and the first of the authority's. */
  @SuppressWarnings("ReferenceEquality") // taken from that very list
  private boolean isPrefix(int keptAnswers) {
    if (keptAnswers != response.answer().size()) {
      return false;
    }
    int authorities = kept.size() - keptAnswers;
    for (int i = 0; i < authorities; i++) {
      if (kept.get(keptAnswers + i) != response.authority().get(i)) {
        return false;
      }
    }
    return true;
  }

  private Answer cutBehindKept(int keptAnswers, int rcode, int ttl) {
    int end = response.questionEnd();
    int[] ttlOffsets = new int[kept.size()];
    for (int i = 0; i < ttlOffsets.length; i++) {
      ttlOffsets[i] = kept.get(i).ttlOffset();
      end = Math.max(end, kept.get(i).end());
    }
    Arrays.sort(ttlOffsets);
    byte[] message = Arrays.copyOf(response.message(), end);
    Octets.put16(message, 0, 0);
    Octets.put16(message, 2, Flags.QR | rcode);
    Octets.put16(message, 6, keptAnswers);
    Octets.put16(message, 8, kept.size() - keptAnswers);
    Octets.put16(message, 10, 0);
    Ascii.lower(message, Query.HEADER, question.name().length());
    return new Answer(message, ttlOffsets, ttl, Security.INDETERMINATE, null);
  }

  private @Nullable Answer rebuilt(int keptAnswers, int rcode, int ttl) {
    MessageWriter writer = new MessageWriter(question, rcode);
    for (int i = 0; i < kept.size(); i++) {
      if (i == keptAnswers) {
        writer.authority();
      }
      ResponseRecord record = kept.get(i);
      writer.add(
          record.owner(),
          record.type(),
          record.recordClass(),
          record.ttlSeconds(),
          response.rdata(record));
    }
    return writer.isFull() ? null : writer.toAnswer(ttl, Security.INDETERMINATE);
  }
}
