package dev.namewell.core.dns;

/** RR CLASS numbers (RFC 6895 §3.2). */
public final class RecordClass {
  public static final int IN = 1;
  public static final int CH = 3;
  public static final int ANY = 255;

  private RecordClass() {}

  /** Mnemonic, or {@code CLASS123} (RFC 3597 §5). */
  public static String mnemonic(int recordClass) {
    return switch (recordClass) {
      case IN -> "IN";
      case CH -> "CH";
      case 4 -> "HS";
      case 254 -> "NONE";
      case ANY -> "ANY";
      default -> "CLASS" + recordClass;
    };
  }
}
