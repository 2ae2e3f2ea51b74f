package dev.namewell.core.fake;

import dev.namewell.core.dns.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Responses to queries, made of lines of zone text. */
public final class Messages {
  private static final String SOA =
      "example. 300 IN SOA ns.example. hostmaster.example. 1 7200 3600 86400 60";

  private Messages() {}

  /** A response that repeats the question, with OPT if the query had one. */
  public static Message rcode(Message query, int rcode) {
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setFlag(Flags.RA);
    response.getHeader().setRcode(rcode & 15);
    response.addRecord(query.getQuestion(), Section.QUESTION);
    if (query.getOPT() != null) {
      response.addRecord(new OPTRecord(1232, rcode >> 4, 0), Section.ADDITIONAL);
    }
    return response;
  }

  /** NOERROR with these records; owners and targets are absolute. */
  public static Message records(Message query, String... lines) {
    Message response = rcode(query, Rcode.NOERROR);
    for (String line : lines) {
      response.addRecord(record(line), Section.ANSWER);
    }
    return response;
  }

  /** NOERROR with one address for whatever name is asked. */
  public static Message address(Message query, String address) {
    return records(query, query.getQuestion().getName() + " 300 IN A " + address);
  }

  /** A name error with the SOA of {@code example.}, or NODATA if rcode is NOERROR. */
  public static Message denial(Message query, int rcode) {
    Message response = rcode(query, rcode);
    response.addRecord(record(SOA), Section.AUTHORITY);
    return response;
  }

  public static Record record(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
    try (Master text = new Master(new ByteArrayInputStream(bytes))) {
      Record record = text.nextRecord();
      if (record == null) {
        throw new IllegalArgumentException(line);
      }
      return record;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records of an answer's section as text. */
  public static List<String> texts(Answer answer, int section) {
    try {
      return new Message(answer.message())
          .getSection(section).stream()
              .map(each -> each.getName() + " " + each.getTTL() + " " + each.rdataToString())
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
