import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says what the EU's DSS library thinks of files when it trusts the given roots and asks nobody on the network.
 * Arguments: roots (DER), "--", files. One line per signature, separated by tabs.
 */
public final class Referee {
    public static void main(String[] arguments) throws Exception {
        List<String> given = Arrays.asList(arguments);
        int end = given.indexOf("--");
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        for (String root : given.subList(0, end)) {
            roots.addCertificate(DSSUtils.loadCertificate(new File(root)));
        }
        for (String file : given.subList(end + 1, given.size())) {
            CommonCertificateVerifier verifier = new CommonCertificateVerifier();
            verifier.setTrustedCertSources(roots);
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
            validator.setCertificateVerifier(verifier);
            tell(file, validator.validateDocument().getSimpleReport());
        }
    }

    private static void tell(String file, SimpleReport report) {
        for (String id : report.getSignatureIdList()) {
            System.out.println(String.join("\t", file, report.getSignedBy(id), String.valueOf(report.getSignatureFormat(id)),
                String.valueOf(report.getIndication(id)), String.valueOf(report.getSubIndication(id)),
                report.getAdESValidationErrors(id).stream().map(m -> m.getValue()).collect(Collectors.joining("; ")),
                report.getAdESValidationWarnings(id).stream().map(m -> m.getValue()).collect(Collectors.joining("; "))));
        }
    }
}
