package dev.namewell.core.wire;

/** Bits of the second 16-bit word of a header (RFC 1035 §4.1.1, RFC 4035 §3). */
public final class Flags {
  public static final int QR = 0x8000;
  public static final int AA = 0x0400;
  public static final int TC = 0x0200;
  public static final int RD = 0x0100;
  public static final int RA = 0x0080;
  public static final int AD = 0x0020;
  public static final int CD = 0x0010;
  public static final int OPCODE = 0x7800;
  public static final int RCODE = 0x000f;

  private Flags() {}
}
