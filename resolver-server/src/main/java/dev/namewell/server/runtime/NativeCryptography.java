package dev.namewell.server.runtime;

import java.security.Provider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifying signatures by the Amazon Corretto Crypto Provider, whose native code takes a sixth of
 * the time that Java's own takes for ECDSA. Nothing needs it to be there.
 */
public final class NativeCryptography {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCryptography.class);
  private static final String PROVIDER =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  /** What is most often asked of it; it has no services at all where its native code fails. */
  private static final String PROOF = "SHA256withECDSAinP1363Format";

  private NativeCryptography() {}

  /** Loads it at the first call, which takes some 100 ms; empty where it does not work. */
  public static Optional<Provider> provider() {
    return Optional.ofNullable(Loaded.PROVIDER);
  }

  private static final class Loaded {
    static final @Nullable Provider PROVIDER = load();
  }

  private static @Nullable Provider load() {
    try {
      Object made = Class.forName(PROVIDER).getDeclaredConstructor().newInstance();
      if (made instanceof Provider provider && provider.getService("Signature", PROOF) != null) {
        LOG.info("signatures are verified by native code: {}", provider.getName());
        return provider;
      }
      LOG.info("signatures are verified by the Java runtime: native code did not load");
    } catch (ClassNotFoundException _) {
      LOG.info("signatures are verified by the Java runtime: no other provider is installed");
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.info("signatures are verified by the Java runtime: {}", String.valueOf(e));
    }
    return null;
  }
}
