package dev.namewell.core.dns;

/** How a message travels. */
public enum Transport {
  UDP,
  TCP;

  public boolean isStream() {
    return this != UDP;
  }
}
