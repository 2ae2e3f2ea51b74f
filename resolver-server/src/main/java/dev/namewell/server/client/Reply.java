package dev.namewell.server.client;

import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.Flags;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A response taken apart for display. */
final class Reply {
  /** Section titles by their number in a message. */
  static final List<String> SECTIONS = List.of("question", "answer", "authority", "additional");

  private static final int DO_BIT = 0x8000;

  /** Code and length before an option's data (RFC 6891 §6.1.2). */
  private static final int OPTION_HEADER = 4;

  private static final String[] FLAG_NAMES = {"qr", "aa", "tc", "rd", "ra", "ad", "cd"};
  private static final int[] FLAG_BITS = {
    Flags.QR, Flags.AA, Flags.TC, Flags.RD, Flags.RA, Flags.AD, Flags.CD
  };

  private final byte[] bytes;
  private final Message message;

  private Reply(byte[] bytes, Message message) {
    this.bytes = bytes;
    this.message = message;
  }

  /** A record, or a question without TTL and data. */
  record Line(String name, long ttl, String recordClass, String type, String data) {}

  /** What the OPT record says (RFC 6891); texts are safe to print. */
  record EdnsView(
      int version,
      int udpPayloadSize,
      boolean dnssecOk,
      Optional<String> nsid,
      List<ExtendedErrorView> errors) {}

  /** An extended error (RFC 8914). */
  record ExtendedErrorView(int code, String name, String text) {}

  /**
   * Reads a response.
   *
   * @throws IllegalArgumentException with a reason for people if it cannot be read
   */
  static Reply read(byte[] bytes) {
    try {
      return new Reply(bytes, new Message(bytes));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("the reply cannot be read: " + e.getMessage(), e);
    }
  }

  int id() {
    return (bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff);
  }

  int length() {
    return bytes.length;
  }

  /** With the upper bits of the OPT record. */
  String status() {
    OPTRecord opt = message.getOPT();
    int upper = opt == null ? 0 : opt.getExtendedRcode() << 4;
    return Rcode.mnemonic(upper | QueryBytes.rcode(bytes));
  }

  List<String> flags() {
    int word = (bytes[2] & 0xff) << Byte.SIZE | (bytes[3] & 0xff);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < FLAG_BITS.length; i++) {
      if ((word & FLAG_BITS[i]) != 0) {
        names.add(FLAG_NAMES[i]);
      }
    }
    return names;
  }

  /** Records of a section, without OPT. */
  List<Line> lines(int section) {
    List<Line> lines = new ArrayList<>();
    for (Record record : message.getSection(section)) {
      if (record.getType() != RecordType.OPT) {
        String data = section == Section.QUESTION ? "" : data(record);
        lines.add(
            new Line(
                record.getName().toString(),
                record.getTTL(),
                DClass.string(record.getDClass()),
                RecordType.mnemonic(record.getType()),
                data));
      }
    }
    return lines;
  }

  /** As in a zone file; an IPv6 address in its short form, which the library does not know. */
  private static String data(Record record) {
    if (record instanceof AAAARecord aaaa) {
      InetAddress ip = aaaa.getAddress();
      return (ip instanceof Inet4Address ? "::ffff:" : "") + Endpoint.text(ip);
    }
    return record.rdataToString();
  }

  Optional<EdnsView> edns() {
    OPTRecord opt = message.getOPT();
    if (opt == null) {
      return Optional.empty();
    }
    Optional<String> nsid = Optional.empty();
    List<ExtendedErrorView> errors = new ArrayList<>();
    for (EDNSOption option : opt.getOptions()) {
      if (option instanceof ExtendedErrorCodeOption error) {
        errors.add(error(error));
      } else if (option.getCode() == EDNSOption.Code.NSID) {
        nsid = Optional.of(printable(nsidText(option)));
      }
    }
    boolean dnssecOk = (opt.getFlags() & DO_BIT) != 0;
    return Optional.of(
        new EdnsView(opt.getVersion(), opt.getPayloadSize(), dnssecOk, nsid, errors));
  }

  private static ExtendedErrorView error(ExtendedErrorCodeOption option) {
    String name = ExtendedErrorCodeOption.text(option.getErrorCode());
    String text = option.getText();
    return new ExtendedErrorView(
        option.getErrorCode(), name == null ? "" : name, text == null ? "" : printable(text));
  }

  private static String nsidText(EDNSOption option) {
    byte[] wire = option.toWire();
    int length = wire.length - OPTION_HEADER;
    return new String(wire, OPTION_HEADER, length, StandardCharsets.UTF_8);
  }

  /** What a server sends must not steer a terminal. */
  static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int kind = Character.getType(c);
              boolean unsafe =
                  Character.isISOControl(c)
                      || kind == Character.FORMAT
                      || kind == Character.SURROGATE
                      || kind == Character.LINE_SEPARATOR
                      || kind == Character.PARAGRAPH_SEPARATOR;
              safe.appendCodePoint(unsafe ? '?' : c);
            });
    return safe.toString();
  }
}
