package dev.namewell.core.validate;

import java.nio.ByteBuffer;
import java.util.List;
import org.xbill.DNS.Message;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Makes answers cost as much as can be (CVE-2023-50387). */
final class SignatureFlood {
  private static final int WRONG = 8;

  private int made;

  /** Each signature of an answer comes with eight wrong ones before it, always others. */
  Message before(Message signed) {
    List<Record> records = signed.getSection(Section.ANSWER);
    signed.removeAllRecords(Section.ANSWER);
    for (Record record : records) {
      for (int i = 0; i < WRONG && record instanceof RRSIGRecord rrsig; i++) {
        signed.addRecord(wrong(rrsig), Section.ANSWER);
      }
      signed.addRecord(record, Section.ANSWER);
    }
    return signed;
  }

  /** The same, but wrong, and never the same again. */
  Record wrong(RRSIGRecord rrsig) {
    byte[] signature = rrsig.getSignature().clone();
    ByteBuffer.wrap(signature).putInt(++made);
    return new RRSIGRecord(
        rrsig.getName(),
        rrsig.getDClass(),
        rrsig.getTTL(),
        rrsig.getTypeCovered(),
        rrsig.getAlgorithm(),
        rrsig.getOrigTTL(),
        rrsig.getExpire(),
        rrsig.getTimeSigned(),
        rrsig.getFootprint(),
        rrsig.getSigner(),
        signature);
  }
}
