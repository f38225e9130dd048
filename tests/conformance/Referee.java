import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;
import java.util.stream.Collectors;

/** Says what the EU's DSS library thinks of a file when it trusts the given roots (DER) and asks nobody on the network. */
public final class Referee {
    public static void main(String[] arguments) throws Exception {
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        for (int number = 1; number < arguments.length; number++) {
            roots.addCertificate(DSSUtils.loadCertificate(new File(arguments[number])));
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(arguments[0]));
        validator.setCertificateVerifier(verifier);
        SimpleReport report = validator.validateDocument().getSimpleReport();
        for (String id : report.getSignatureIdList()) {
            System.out.println(String.join("\t", report.getSignedBy(id), String.valueOf(report.getSignatureFormat(id)),
                String.valueOf(report.getIndication(id)), String.valueOf(report.getSubIndication(id)),
                report.getAdESValidationErrors(id).stream().map(m -> m.getValue()).collect(Collectors.joining("; ")),
                report.getAdESValidationWarnings(id).stream().map(m -> m.getValue()).collect(Collectors.joining("; "))));
        }
    }
}
