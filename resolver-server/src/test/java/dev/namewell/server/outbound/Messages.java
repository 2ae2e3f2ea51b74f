package dev.namewell.server.outbound;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Small messages in wire form. */
final class Messages {
  private static final int FLAGS = 2;
  private static final int QR = 0x80;
  private static final int COUNTS = 4;
  private static final int HEADER = 12;

  private Messages() {}

  /** A query for A records with ID 0. */
  static byte[] query(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String label : List.of(name.split("\\.", -1))) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes(new byte[] {0, 0, 1, 0, 1});
    return out.toByteArray();
  }

  /** A response without records: the query with QR set. */
  static byte[] answer(byte[] query) {
    byte[] response = query.clone();
    response[FLAGS] |= (byte) QR;
    return response;
  }

  static byte[] withWrongId(byte[] response) {
    byte[] other = response.clone();
    Matching.setId(other, Matching.id(response) ^ 1);
    return other;
  }

  static byte[] withRcode(byte[] response, int rcode) {
    byte[] other = response.clone();
    other[FLAGS + 1] |= (byte) rcode;
    return other;
  }

  /** The header alone, with no question counted. */
  static byte[] headerOf(byte[] response) {
    byte[] header = Arrays.copyOf(response, HEADER);
    header[COUNTS + 1] = 0;
    return header;
  }

  /** The response to another name of the same length. */
  static byte[] withOtherQuestion(byte[] response) {
    byte[] other = response.clone();
    other[HEADER + 1] = (byte) (other[HEADER + 1] == 'x' ? 'y' : 'x');
    return other;
  }

  /** With an OPT record that offers to keep the connection, in units of 100 ms (RFC 7828). */
  static byte[] withKeepalive(byte[] response, int keepalive) {
    byte[] other = Arrays.copyOf(response, response.length + 17);
    byte[] opt = {0, 0, 41, 4, (byte) 208, 0, 0, 0, 0, 0, 6, 0, 11, 0, 2, 0, 0};
    System.arraycopy(opt, 0, other, response.length, opt.length);
    other[other.length - 2] = (byte) (keepalive >>> Byte.SIZE);
    other[other.length - 1] = (byte) keepalive;
    other[HEADER - 1] = 1;
    return other;
  }

  static byte[] framed(byte[] message) {
    byte[] frame = new byte[message.length + 2];
    frame[0] = (byte) (message.length >>> Byte.SIZE);
    frame[1] = (byte) message.length;
    System.arraycopy(message, 0, frame, 2, message.length);
    return frame;
  }
}
