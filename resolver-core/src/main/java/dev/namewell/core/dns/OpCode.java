package dev.namewell.core.dns;

/** Kinds of query (RFC 6895 §2.2). Namewell serves QUERY only. */
public final class OpCode {
  public static final int QUERY = 0;
  public static final int NOTIFY = 4;
  public static final int UPDATE = 5;

  private OpCode() {}
}
