package dev.namewell.core.dns;

/**
 * What is asked, with the two bits that change an answer.
 *
 * @param type QTYPE
 * @param recordClass QCLASS
 * @param dnssecOk DO: the asker wants DNSSEC records (RFC 3225)
 * @param checkingDisabled CD: the asker validates by itself (RFC 4035 §3.2.2)
 */
public record Question(
    DnsName name, int type, int recordClass, boolean dnssecOk, boolean checkingDisabled) {

  /** A plain question of class IN. */
  public static Question of(DnsName name, int type) {
    return new Question(name, type, RecordClass.IN, false, false);
  }

  /** The same for another name, as an alias (CNAME, DNAME) makes it necessary. */
  public Question withName(DnsName other) {
    return new Question(other, type, recordClass, dnssecOk, checkingDisabled);
  }

  @Override
  public String toString() {
    return name + " " + RecordClass.mnemonic(recordClass) + " " + RecordType.mnemonic(type);
  }
}
