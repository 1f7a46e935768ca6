import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 2613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 1421:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 4708:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:https");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 8161:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1708:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:process");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 3193:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("string_decoder");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 678:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7868);

await (0,_main_js__WEBPACK_IMPORTED_MODULE_0__/* .main */ .i)();

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 7868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  i: () => (/* binding */ main)
});

;// CONCATENATED MODULE: ./build/js/domain/context.js
/** Why this run must not, or cannot, start a machine; undefined where it may. */
function refusal(context, githubToken) {
    if (context.eventName === 'pull_request_target' && context.isFork) {
        return "This is `pull_request_target` for a pull request from a fork: it would run a stranger's code beside your secrets, on a machine in your account. Use `pull_request`, or let a maintainer start the run.";
    }
    return githubToken === '' ? missingToken(context) : undefined;
}
/** Why there is no token to register and remove runners with. */
function missingToken(context) {
    if (context.isFork) {
        return 'There is no `github-token`: GitHub gives no secrets to a pull request from a fork. Add `if: github.event.pull_request.head.repo.full_name == github.repository` to the start job, so that such runs use another runner.';
    }
    if (context.actor === 'dependabot[bot]') {
        return "There is no `github-token`: Dependabot's runs see only Dependabot secrets. Add the token there too (Settings, Secrets, Dependabot), or skip the start job with `if: github.actor != 'dependabot[bot]'`.";
    }
    return 'There is no `github-token`: the secret is empty or misspelt in the workflow; in a reusable workflow it must be passed under `secrets:`.';
}
/** Why a public repository is refused; undefined where it is not, or where the user allowed it. */
function publicRefusal(isPublic, allowPublic) {
    if (!isPublic || allowPublic)
        return undefined;
    return "This repository is public: anybody's pull request may run code on the machine if a workflow lets it. If you have guarded against that, set `allow-public: true`.";
}

;// CONCATENATED MODULE: ./build/js/flows/progress.js
const PROGRESS = ['begun', 'locked', 'delivered', 'undone'];
const KEY = 'progress';
function saveProgress(state, progress) {
    state.save(KEY, progress);
}
/** Undefined where the main step ended before its first effect. */
function readProgress(state) {
    const text = state.read(KEY);
    return PROGRESS.includes(text) ? text : undefined;
}

;// CONCATENATED MODULE: ./build/js/domain/message.js
/** The sentence of whatever was thrown. */
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
/** An error of ours and not of a platform, as of an action that is not whole: no waiting mends it. */
function isOwnFault(error) {
    if (!(error instanceof Error))
        return false;
    return error instanceof ReferenceError || ('code' in error && String(error.code).endsWith('MODULE_NOT_FOUND'));
}

;// CONCATENATED MODULE: ./build/js/domain/duration.js
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d+(?:\.\d+)?)([smhd]?)$/;
/** `90s`, `10m`, `1.5h`, `1d`; a bare number means minutes. Undefined where the text is none of these. */
function parseDurationMs(text) {
    const [, amount, unit] = DURATION.exec(text) ?? [];
    if (amount === undefined)
        return undefined;
    return Math.round(Number(amount) * UNIT_MS[(unit === '' ? 'm' : unit)]);
}
/** `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`: what a person reads. */
function durationText(ms) {
    if (ms < 1_000)
        return `${String(Math.round(ms))} ms`;
    const seconds = Math.round(ms / 1_000);
    if (seconds < 60)
        return `${String(seconds)} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return joined(minutes, 'min', seconds % 60, 's');
    return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}
function joined(much, unit, little, littleUnit) {
    return little === 0 ? `${String(much)} ${unit}` : `${String(much)} ${unit} ${String(little)} ${littleUnit}`;
}

;// CONCATENATED MODULE: ./build/js/domain/failure-rules.js
const rule = (kind, scope, reaction, sentence) => ({
    class: kind,
    scope,
    reaction,
    sentence,
});
const noStock = (scope, sentence) => rule('capacity', scope, 'next-pool', sentence);
const misfit = (sentence) => rule('configuration', 'pool', 'next-pool', sentence);
const wrong = (sentence) => rule('configuration', 'request', 'stop', sentence);
const denied = (sentence) => rule('permission', 'request', 'stop', sentence);
const account = (sentence) => rule('account', 'account', 'stop', sentence);
const limit = (sentence) => rule('quota', 'account', 'stop', sentence);
const throttled = rule('throttled', 'account', 'repeat', 'EC2 limits how often this account may call; we slow down and repeat');
const broken = rule('service', 'account', 'repeat', 'EC2 had an error of its own; we repeat the same request');
const stale = rule('credentials', 'request', 'stop', 'the AWS credentials have expired; ask for a longer session, or assume the role again just before this step');
const bad = rule('credentials', 'request', 'stop', 'AWS does not accept the credentials: check the key, the role and `aws-region`');
/**
 * Every code that EC2, STS or SSM answers to what we ask. Sources: EC2 API reference, "Error codes"; EC2
 * user guide, "Troubleshoot instance launch issues"; the fleet codes as Karpenter and others met them live.
 */
const AWS_RULES = {
    InsufficientInstanceCapacity: noStock('pool', 'EC2 has no such machine left in this zone now'),
    InsufficientCapacity: noStock('pool', 'EC2 has no such machine left in this zone now'),
    InsufficientHostCapacity: noStock('pool', 'no dedicated host has room'),
    InsufficientCapacityOnHost: noStock('pool', 'the dedicated host has no room'),
    InsufficientReservedInstanceCapacity: noStock('pool', 'the reservation has no room'),
    ReservationCapacityExceeded: noStock('pool', 'the reservation has no room'),
    UnfulfillableCapacity: rule('capacity', 'pool', 'ask-again', 'EC2 did not try this pool: a fleet tries three at most'),
    SpotMaxPriceTooLow: noStock('pool', '`max-price` is below the price of this pool; leave it empty'),
    Unsupported: misfit('the zone does not sell this type, or the type does not fit the image'),
    InvalidFleetConfiguration: misfit('the zone does not sell this type, or the type is misspelt'),
    UnsupportedOperation: misfit('the type does not fit the image: check architecture, boot mode and ENA support'),
    InsufficientFreeAddressesInSubnet: noStock('subnet', 'the subnet has no free address; use a larger or another one'),
    InsufficientVolumeCapacity: noStock('zone', 'the zone has no room for the volume'),
    VolumeTypeNotAvailableInZone: noStock('zone', 'the zone does not have this `volume-type`'),
    MaxSpotInstanceCountExceeded: rule('quota', 'market', 'leave-market', 'the spot quota of this account is reached; ask for more in Service Quotas ("All ... Spot Instance Requests")'),
    VcpuLimitExceeded: rule('quota', 'market', 'leave-market', 'the on-demand quota of this account is reached; ask for more in Service Quotas ("Running On-Demand ... instances")'),
    InstanceLimitExceeded: rule('quota', 'market', 'leave-market', 'the instance quota of this account is reached; ask for more in Service Quotas'),
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted': rule('permission', 'market', 'leave-market', 'the account lacks the service-linked role for spot; create it once: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com'),
    MaxFleetCountExceeded: rule('quota', 'account', 'repeat', 'the account has too many fleets; old ones go by themselves'),
    VolumeLimitExceeded: limit('the volume quota of this account is reached; ask for more in Service Quotas'),
    MaxIOPSLimitExceeded: limit('the IOPS quota of this account is reached; ask for more in Service Quotas'),
    NetworkInterfaceLimitExceeded: limit('the network interface quota of this account is reached; ask for more in Service Quotas'),
    ResourceLimitExceeded: limit('a quota of this account is reached; ask for more in Service Quotas'),
    RequestLimitExceeded: throttled,
    Throttling: throttled,
    ThrottlingException: throttled,
    ThrottledException: throttled,
    RequestThrottled: throttled,
    RequestThrottledException: throttled,
    EC2ThrottledException: throttled,
    TooManyRequestsException: throttled,
    InternalError: broken,
    InternalFailure: broken,
    InternalServerError: broken,
    ServiceUnavailable: broken,
    Unavailable: broken,
    UnauthorizedOperation: denied('the AWS caller lacks a permission; compare its policy with the one in infra/'),
    AccessDenied: denied('the AWS caller lacks a permission; compare its policy with the one in infra/'),
    AccessDeniedException: denied('the AWS caller lacks a permission; compare its policy with the one in infra/'),
    SsmAccessDenied: denied('the AWS caller may not read the SSM parameter; add `ssm:GetParameter` on it'),
    AuthFailure: bad,
    InvalidClientTokenId: bad,
    UnrecognizedClientException: bad,
    SignatureDoesNotMatch: bad,
    IncompleteSignature: bad,
    MissingAuthenticationToken: bad,
    CredentialsProviderError: rule('credentials', 'request', 'stop', 'no AWS credentials were found; put aws-actions/configure-aws-credentials before this step'),
    ExpiredToken: stale,
    ExpiredTokenException: stale,
    RequestExpired: stale,
    OptInRequired: account('the account is not signed up for this; check its subscriptions'),
    PendingVerification: account('AWS still verifies the account; it writes an e-mail when it is done'),
    Blocked: account('AWS has blocked the account; ask AWS Support'),
    InvalidFleetConfig: wrong('EC2 does not accept the pools together: two of them may be in different subnets of one zone'),
    'InvalidAMIID.NotFound': wrong('`image` does not exist in this region, or is not shared with this account'),
    'InvalidAMIID.Malformed': wrong('`image` is not an AMI id'),
    'InvalidAMIID.Unavailable': wrong('`image` is not available (any more)'),
    ParameterNotFound: wrong('the SSM parameter of `image` does not exist in this region'),
    'InvalidSubnetID.NotFound': wrong('one of `subnets` does not exist in this region'),
    'InvalidSubnetID.Malformed': wrong('one of `subnets` is not a subnet id'),
    'InvalidGroup.NotFound': wrong('one of `security-groups` does not exist in the VPC of the subnets'),
    'InvalidGroupId.Malformed': wrong('one of `security-groups` is not a group id'),
    'InvalidSecurityGroupID.NotFound': wrong('one of `security-groups` does not exist in this region'),
    InvalidInstanceType: wrong('one of `instance-types` does not exist in this region'),
    'InvalidInstanceID.NotFound': wrong('the instance does not exist (any more) in this region'),
    'InvalidInstanceID.Malformed': wrong('that is not an instance id'),
    'InvalidKeyPair.NotFound': wrong('the key pair does not exist in this region'),
    'InvalidSnapshot.NotFound': wrong('the snapshot behind `image` does not exist (any more)'),
    'InvalidLaunchTemplateId.NotFound': wrong('the launch template is gone: somebody stopped this start'),
    'InvalidLaunchTemplateId.VersionNotFound': wrong('the launch template is gone: somebody stopped this start'),
    'InvalidLaunchTemplateName.NotFoundException': wrong('the launch template is gone: somebody stopped this start'),
    'InvalidLaunchTemplateName.AlreadyExistsException': wrong('a launch template of this name exists'),
    InvalidParameterValue: wrong('EC2 does not accept a value; if it names the instance profile, check `instance-profile`'),
    InvalidParameterCombination: wrong('EC2 does not accept two values together'),
    InvalidParameter: wrong('EC2 does not accept a value'),
    'InvalidUserData.Malformed': wrong('what the machine is to run at boot is too long; shorten `pre-runner-script`'),
    InvalidBlockDeviceMapping: wrong('the root volume does not fit; check `volume-size` and `volume-type` against the image'),
    MissingParameter: wrong('EC2 misses a value'),
    DryRunOperation: wrong('a dry run would have succeeded'),
    IdempotentParameterMismatch: rule('token', 'request', 'settle', 'an earlier request of this start is known to EC2; we look for what it launched'),
    IdempotentInstanceTerminated: rule('token', 'request', 'settle', 'what an earlier request of this start launched is gone; we launch anew'),
    IdempotentCallInProgress: rule('token', 'request', 'repeat', 'an earlier request of this start is still on its way; we wait for it'),
};

;// CONCATENATED MODULE: ./build/js/domain/failures.js

/** Thrown by adapters: a failed call. What to do about it is decided from `failure`, never from the text. */
class PlatformError extends Error {
    failure;
    constructor(failure, options) {
        super(explain(failure), options);
        this.name = 'PlatformError';
        this.failure = failure;
    }
}
const THROTTLED = {
    class: 'throttled',
    scope: 'account',
    reaction: 'repeat',
    sentence: 'the rate limit is used up; fewer starts at once, or a higher limit, would help',
};
const BROKEN = {
    class: 'service',
    scope: 'account',
    reaction: 'repeat',
    sentence: 'the service did not answer properly; it may be down, or the network between is',
};
const UNKNOWN = {
    class: 'capacity',
    scope: 'pool',
    reaction: 'next-pool',
    sentence: 'a code that this version does not know',
};
/** The rule for a failure. An unknown code inside a fleet's answer is a reason to try the next pool, elsewhere to stop. */
function ruleOf(failure) {
    if (failure.service === 'github')
        return githubRule(failure);
    const rule = AWS_RULES[failure.code];
    if (rule !== undefined)
        return rule;
    if (/^(Throttl|RequestThrottl|EC2Throttled)/.test(failure.code) || failure.status === 429)
        return THROTTLED;
    if (isBroken(failure))
        return BROKEN;
    if (failure.status !== undefined && failure.status >= 400)
        return { ...UNKNOWN, class: 'configuration', scope: 'request', reaction: 'stop' };
    return UNKNOWN;
}
function githubRule(failure) {
    const stop = (kind, sentence) => ({
        class: kind,
        scope: 'request',
        reaction: 'stop',
        sentence,
    });
    if (failure.code === 'RateLimited')
        return { ...THROTTLED, sentence: 'the rate limit of this token is used up' };
    if (isBroken(failure))
        return { ...BROKEN, sentence: 'GitHub did not answer properly; see https://www.githubstatus.com' };
    switch (failure.status) {
        case 401:
            return stop('credentials', `GitHub does not accept the token in \`${tokenOf(failure.operation)}\`: it is wrong, revoked or expired; put a valid one into the secret`);
        case 403:
            return stop('permission', `the token may not do this; ${neededPermission(failure.operation)}`);
        case 404:
            return stop('permission', `the repository does not exist for this token; ${neededPermission(failure.operation)}, and it must cover this repository`);
        default:
            return stop('configuration', 'GitHub refused the request');
    }
}
/** Which input holds the token for a route. */
function tokenOf(route) {
    return route.includes('/actions/runners') ? 'github-token' : 'actions-token';
}
/** GitHub, "Permissions required for fine-grained personal access tokens": self-hosted runners, workflow runs. */
function neededPermission(route) {
    if (route.includes('/actions/runners'))
        return 'github-token needs `administration: write` on this repository (GITHUB_TOKEN can never have it)';
    if (!route.includes('/actions/'))
        return 'actions-token needs `metadata: read`, which every token of the repository has';
    return `actions-token needs \`actions: ${route.startsWith('POST') ? 'write' : 'read'}\`: add it to \`permissions:\` of the job`;
}
function isBroken(failure) {
    return failure.code === 'Timeout' || failure.code === 'Network' || (failure.status ?? 0) >= 500;
}
/** True where the request may have had its effect although no answer says so. */
function isOutcomeUnknown(failure) {
    return failure.mayHaveHappened === true || (isBroken(failure) && ruleOf(failure).class === 'service');
}
/** One sentence for a person: what failed, what the platform said, what it means and what to change. */
function explain(failure) {
    return `${failure.operation} failed with ${failure.code}: ${withoutEncodedPart(failure.message)} (${cureOf(failure)})`;
}
/** What a failure means and what to change, for a place that shows its code already; what we do not know speaks for itself. */
function meaningOf(failure) {
    return ruleOf(failure) === UNKNOWN ? withoutEncodedPart(failure.message) : cureOf(failure);
}
function cureOf(failure) {
    const missing = failure.service === 'aws' ? missingPermission(failure) : undefined;
    return missing === undefined ? ruleOf(failure).sentence : `add ${missing} to the policy of the caller`;
}
/**
 * Which permission an `UnauthorizedOperation` asks for. Newer messages name it; an older one inside a
 * fleet's answer is most often `iam:PassRole`, which EC2 reports like a pool without stock.
 */
function missingPermission(failure) {
    if (ruleOf(failure).class !== 'permission')
        return undefined;
    const named = /not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(failure.message);
    if (named?.[1] !== undefined)
        return `\`${named[1]}\`${named[2] === undefined ? '' : ` on \`${named[2]}\``}`;
    if (failure.operation === 'CreateFleet')
        return '`ec2:CreateFleet`, `ec2:RunInstances`, `ec2:CreateTags` and, with an instance profile, `iam:PassRole` on its role';
    return `\`${failure.operation === 'GetParameter' ? 'ssm' : 'ec2'}:${failure.operation}\``;
}
/** The encoded part is of use to nobody who reads a log, and what it decodes to is not for everybody. */
function withoutEncodedPart(message) {
    return message.replace(/\s*Encoded authorization failure message:.*$/s, '').replace(/\.\s*$/, '');
}

;// CONCATENATED MODULE: ./build/js/domain/pools.js
const FILTERS = [known, architecture, offered, oneSubnetPerZone];
/** All types in all subnets, less what cannot work; every rejection keeps its reason. */
function choosePools(inputs) {
    const places = [];
    const rejected = [];
    for (const { instanceType } of inputs.instanceTypes) {
        for (const { subnetId, availabilityZone } of inputs.subnets) {
            const place = { instanceType, availabilityZone, subnetId };
            const reason = FILTERS.map((filter) => filter(place, inputs)).find((found) => found !== undefined);
            if (reason === undefined)
                places.push(place);
            else
                rejected.push({ place, reason });
        }
    }
    return { places, rejected };
}
function known(place, inputs) {
    return architecturesOf(place, inputs) === undefined
        ? `the region has no instance type ${place.instanceType}`
        : undefined;
}
function architecture(place, inputs) {
    const has = architecturesOf(place, inputs);
    if (has === undefined || has.includes(inputs.architecture))
        return undefined;
    return `the image is ${inputs.architecture}, ${place.instanceType} is ${has.join(' and ') || 'neither x64 nor arm64'}`;
}
function offered(place, inputs) {
    const sold = inputs.offerings.some((offering) => offering.instanceType === place.instanceType && offering.availabilityZone === place.availabilityZone);
    return sold ? undefined : `${place.availabilityZone} does not sell ${place.instanceType}`;
}
/** EC2 user guide, "EC2 Fleet quotas": a fleet cannot span different subnets of one zone. */
function oneSubnetPerZone(place, inputs) {
    const [roomiest] = inputs.subnets
        .filter((subnet) => subnet.availabilityZone === place.availabilityZone)
        .toSorted((a, b) => b.freeAddresses - a.freeAddresses);
    if (roomiest === undefined || roomiest.subnetId === place.subnetId)
        return undefined;
    return `a fleet takes one subnet for each zone, and ${roomiest.subnetId} has more free addresses`;
}
function architecturesOf(place, inputs) {
    return inputs.instanceTypes.find((type) => type.instanceType === place.instanceType)?.architectures;
}
/** `c7i.xlarge in eu-west-1a`. */
function nameOf(place) {
    return `${place.instanceType} in ${place.availabilityZone}`;
}
function samePlace(a, b) {
    return a.instanceType === b.instanceType && a.availabilityZone === b.availabilityZone && a.subnetId === b.subnetId;
}
function inMarket(places, market) {
    return places.map((place) => ({ ...place, market }));
}

;// CONCATENATED MODULE: ./build/js/domain/quotas.js
/** Families that share the quota for standard instances (Service Quotas, EC2: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"). */
const STANDARD = 'acdhimrtz';
/** Families of several letters that have a quota of their own although their first letter is a standard one. */
const APART = ['dl', 'hpc', 'inf', 'mac', 'trn'];
/** Whether two instance types count against the same quota of a market. */
function shareQuota(a, b) {
    return quotaOf(a.instanceType) === quotaOf(b.instanceType);
}
function quotaOf(instanceType) {
    const family = /^[a-z]+/.exec(instanceType)?.[0] ?? '';
    if (APART.includes(family))
        return family;
    if (family === 'vt')
        return 'g';
    const letter = family.slice(0, 1);
    return STANDARD.includes(letter) ? 'standard' : letter;
}

;// CONCATENATED MODULE: ./build/js/domain/ladder.js



/**
 * How often one round asks for spot before it turns to on-demand. A fleet tries three pools at most, so
 * four requests reach twelve pools, in about eight seconds; a longer search costs more than on-demand does.
 */
const ASKS_PER_MARKET = 4;
/** Pause before a new round, doubled each time: capacity comes back in minutes rather than seconds. */
const ROUND_PAUSE_MS = 5_000;
const ROUND_PAUSE_LIMIT_MS = 60_000;
function startClimb(policy, places) {
    return { policy, places, round: 0, asks: { spot: 0, 'on-demand': 0 }, spent: [], unfit: [], shut: {}, failures: [] };
}
/** What to do next: spot while it may help, then on-demand, then a pause and all over again. */
function nextRung(climb) {
    const markets = marketsOf(climb.policy).filter((market) => climb.shut[market] === undefined);
    if (markets.length === 0)
        return { kind: 'give-up', reason: Object.values(climb.shut).join('; ') };
    if (markets.every((market) => fitPools(climb, market).length === 0))
        return { kind: 'give-up', reason: whyUnfit(climb) };
    for (const market of markets) {
        const pools = fitPools(climb, market).filter((pool) => !isAmong(climb.spent, pool));
        if (pools.length > 0 && climb.asks[market] < ASKS_PER_MARKET)
            return { kind: 'ask', market, pools };
    }
    return { kind: 'pause', ms: Math.min(ROUND_PAUSE_MS * 2 ** climb.round, ROUND_PAUSE_LIMIT_MS) };
}
/** The next round forgets which pools had nothing, and keeps what cannot change. */
function nextRound(climb) {
    return { ...climb, round: climb.round + 1, asks: { spot: 0, 'on-demand': 0 }, spent: [] };
}
/** Learns from what the pools answered to one request. */
function learn(climb, asked, failures) {
    const asks = { ...climb.asks, [asked.market]: climb.asks[asked.market] + 1 };
    return failures.reduce((now, found) => learnOne(now, asked, found), { ...climb, asks });
}
function learnOne(climb, asked, found) {
    const rule = ruleOf(found.failure);
    const next = { ...climb, failures: [...climb.failures, found] };
    if (rule.reaction === 'leave-market' && (rule.class !== 'quota' || found.pool === undefined))
        return { ...next, shut: { ...climb.shut, [asked.market]: explain(found.failure) } };
    if (rule.reaction !== 'next-pool' && rule.reaction !== 'leave-market')
        return next;
    const hit = poolsHit(climb, asked.pools, found, rule.scope);
    if (rule.class === 'configuration' || rule.class === 'quota')
        return { ...next, unfit: [...climb.unfit, ...hit] };
    return { ...next, spent: [...climb.spent, ...hit] };
}
/** Why nothing is left that could ever do. */
function whyUnfit({ failures }) {
    const lasting = failures.filter(({ failure }) => ['quota', 'configuration'].includes(ruleOf(failure).class));
    const reasons = [...new Set(lasting.map(({ failure }) => explain(failure)))];
    return `no pool fits (${reasons.join('; ')}): check \`instance-types\`, \`subnets\`, quotas and the architecture of \`image\``;
}
/** A full subnet or zone is so for both markets, a quota for the types that share it; an answer that names no pool speaks of all that were asked. */
function poolsHit(climb, asked, found, scope) {
    const { pool } = found;
    if (pool === undefined)
        return asked;
    if (scope === 'market')
        return inMarket(climb.places, pool.market).filter((other) => shareQuota(other, pool));
    if (scope !== 'subnet' && scope !== 'zone')
        return [pool];
    const inBoth = [...inMarket(climb.places, 'spot'), ...inMarket(climb.places, 'on-demand')];
    return inBoth.filter((other) => scope === 'subnet' ? other.subnetId === pool.subnetId : other.availabilityZone === pool.availabilityZone);
}
/** The failure that ends a climb at once, if the answer holds one: only a person can mend it. */
function stopper(failures) {
    return failures.map((found) => found.failure).find((failure) => ruleOf(failure).reaction === 'stop');
}
/** Why on-demand was used although spot came first; empty where spot was not tried. */
function fallbackReason(climb) {
    if (climb.policy !== 'spot-first')
        return '';
    if (climb.shut.spot !== undefined)
        return climb.shut.spot;
    const quota = climb.failures.find(({ pool, failure }) => pool?.market === 'spot' && ruleOf(failure).class === 'quota');
    if (quota !== undefined)
        return explain(quota.failure);
    const answers = tellingAnswers(climb.failures).filter(({ pool }) => pool?.market === 'spot');
    if (answers.length === 0)
        return '';
    const codes = new Map();
    for (const { failure } of answers)
        codes.set(failure.code, (codes.get(failure.code) ?? 0) + 1);
    const counted = [...codes].map(([code, times]) => `${code} x${String(times)}`).join(', ');
    return `no spot capacity in ${String(climb.places.length)} pools (${counted})`;
}
/** What the pools answered, less "not tried" of pools that gave a real answer another time. */
function tellingAnswers(failures) {
    const isReal = ({ failure }) => ruleOf(failure).reaction !== 'ask-again';
    return failures.filter((found) => isReal(found) || !failures.some((other) => isReal(other) && isSamePool(other.pool, found.pool)));
}
function isSamePool(a, b) {
    return a !== undefined && a.market === b?.market && samePlace(a, b);
}
function marketsOf(policy) {
    return policy === 'spot-first' ? ['spot', 'on-demand'] : [policy];
}
function fitPools(climb, market) {
    return inMarket(climb.places, market).filter((pool) => !isAmong(climb.unfit, pool));
}
function isAmong(pools, pool) {
    return pools.some((other) => isSamePool(other, pool));
}

;// CONCATENATED MODULE: ./build/js/summary/markdown.js
/** A Markdown table; a bar or a line break in a cell would break it. */
function table(head, rows) {
    const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
    return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
function cell(text) {
    return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
function code(text) {
    return text === '' ? '' : `\`${text.replaceAll('`', '')}\``;
}

;// CONCATENATED MODULE: ./build/js/summary/start.js





/** What a start came to: the machines, how to use their label, what was tried, and how to look inside. */
function startSummary({ undertaking, berths, choice, tookMs }) {
    const { label, request } = undertaking;
    const fallen = berths.find((berth) => berth.machine?.market === 'on-demand' && berth.climb.policy === 'spot-first');
    const [first] = berths.flatMap((berth) => berth.machine ?? []);
    return [
        `### ${code(label)}: ${String(berths.length)} of ${String(request.count)} ready in ${durationText(tookMs)}`,
        table(['runner', 'machine', 'type', 'zone', 'market'], berths.map(({ runnerName, machine }) => [
            code(runnerName),
            code(machine?.instanceId ?? ''),
            machine?.instanceType ?? '',
            machine?.availabilityZone ?? '',
            machine?.market ?? '',
        ])),
        fallen === undefined ? '' : `On-demand instead of spot: ${fallbackReason(fallen.climb)}.`,
        capacityOf(label, request),
        poolTable(berths.flatMap(withoutOwnPool)),
        leftOut(choice),
        first === undefined
            ? ''
            : `Look inside: ${code(`aws ec2 get-console-output --latest --output text --region ${request['aws-region']} --instance-id ${first.instanceId}`)}. To end it early, cancel the run: the stop job does the rest. The machine powers itself off after ${durationText(request.maxLifetimeMs)} at the latest, and after ${durationText(request.idleTimeoutMs)} without a job.${keeping(request)}`,
    ]
        .filter((part) => part !== '')
        .join('\n\n');
}
function keeping({ keepOnFailureMs }) {
    return keepOnFailureMs === 0 ? '' : ` After a job that failed it stays for ${durationText(keepOnFailureMs)}.`;
}
/** A pool that was not tried at first and then gave the machine is no pool that failed. */
function withoutOwnPool({ climb, machine }) {
    return climb.failures.filter(({ pool }) => pool === undefined ||
        pool.instanceType !== machine?.instanceType ||
        pool.availabilityZone !== machine.availabilityZone ||
        pool.market !== machine.market);
}
/** How many jobs may use the label: the most common mistake is one job too many. */
function capacityOf(label, request) {
    const jobs = `${String(request.count)} job${request.count === 1 ? '' : 's'}`;
    return request.ephemeral
        ? `Serves exactly ${jobs} with \`runs-on: ${label}\`; one more would stay queued. For several jobs one after another on one machine, set \`ephemeral: false\`; for several at once, raise \`count\`.`
        : `Serves any number of jobs with \`runs-on: ${label}\`, ${request.count === 1 ? 'one after another' : `${String(request.count)} at a time`}, until stop.`;
}
/** Why there is no machine: every pool that was asked, with what it answered. */
function failureSummary(label, reason, climb) {
    return [
        `### ${code(label)}: no machine`,
        reason,
        poolTable(climb.failures),
        'More instance types and subnets in more zones make this rarer.',
    ]
        .filter((part) => part !== '')
        .join('\n\n');
}
/** One row for each pool and answer, however often it was given. */
function poolTable(failures) {
    const rows = new Map();
    for (const { pool, failure } of tellingAnswers(failures)) {
        const name = pool === undefined ? 'all' : nameOf(pool);
        const market = pool?.market ?? '';
        const key = `${name} ${market} ${failure.code}`;
        rows.set(key, { pool: name, market, failure, times: (rows.get(key)?.times ?? 0) + 1 });
    }
    if (rows.size === 0)
        return '';
    return table(['pool', 'market', 'answer', 'times', 'meaning'], [...rows.values()].map(({ pool, market, failure, times }) => [
        pool,
        market,
        code(failure.code),
        String(times),
        meaningOf(failure),
    ]));
}
function leftOut({ rejected }) {
    if (rejected.length === 0)
        return '';
    return `Left out: ${[...new Set(rejected.map(({ reason }) => reason))].join('; ')}.`;
}
/** What a start would do. */
function planText({ label, request }, image, choice, caller) {
    return [
        `### Plan for ${code(label)} (dry run: nothing was registered or launched)`,
        table(['what', 'how'], [
            ['runners', `${String(request.count)}, ${request.ephemeral ? 'one job each' : 'job after job until stop'}`],
            ['image', `${image.imageId} ${image.name} (${image.architecture})`],
            ['AWS caller', caller],
            ['region', request['aws-region']],
            ['market', request.market],
            ['strategy', request['allocation-strategy']],
            ['time for capacity', durationText(request.capacityTimeoutMs)],
            ['time until online', durationText(request.startTimeoutMs)],
            ['longest life', durationText(request.maxLifetimeMs)],
            ['idle at most', durationText(request.idleTimeoutMs)],
            ['kept after a failed job', request.keepOnFailureMs === 0 ? 'no' : durationText(request.keepOnFailureMs)],
        ]),
        table(['pool', 'subnet'], choice.places.map((place) => [nameOf(place), place.subnetId])),
        leftOut(choice),
    ]
        .filter((part) => part !== '')
        .join('\n\n');
}

;// CONCATENATED MODULE: ./build/js/domain/tags.js
/**
 * The keys of our tags. Neither `/` nor a blank may stand in a key: EC2 refuses such keys where
 * instance metadata shows tags (EC2 user guide, "Tag restrictions").
 */
const TAG = {
    managed: 'ec2-spot-runner:managed',
    repository: 'ec2-spot-runner:repository',
    run: 'ec2-spot-runner:run',
    attempt: 'ec2-spot-runner:attempt',
    name: 'ec2-spot-runner:name',
    label: 'ec2-spot-runner:label',
    /** The name of the registration that this machine serves. */
    runner: 'ec2-spot-runner:runner',
    /** How many runners the start asked for, so that a stop knows when all are accounted for. */
    count: 'ec2-spot-runner:count',
    /** Epoch seconds after which the machine has no right to live. */
    deadline: 'ec2-spot-runner:deadline',
    startJob: 'ec2-spot-runner:start-job',
    /** Seconds for which the machine of a failed job stays for a look; only where `keep-on-failure` asks for it. */
    keep: 'ec2-spot-runner:keep',
};
const MANAGED = 'true';
/** The tags by which everything of ours in a repository is found. */
function repositoryTags(repository) {
    return { [TAG.managed]: MANAGED, [TAG.repository]: repository };
}
/** The tags by which everything that belongs to `identity` is found. */
function ownershipTags(identity) {
    return {
        ...repositoryTags(identity.repository),
        [TAG.run]: String(identity.runId),
        [TAG.attempt]: String(identity.runAttempt),
        [TAG.name]: identity.name,
    };
}
/** For how long the machine of a failed job stays for a look; undefined where nobody asked for it. */
function keepMsOf(tags) {
    const seconds = Number(tags[TAG.keep] ?? Number.NaN);
    return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

;// CONCATENATED MODULE: ./build/js/domain/identity.js
/** The pattern of `name`: it may stand in a label, a runner name and a launch template name. */
const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,23}$/;
// Fifteen digits: a longer number would not come back as it is.
const LABEL_PATTERN = /^ec2-spot-([1-9][0-9]{0,14})-([1-9][0-9]{0,14})(?:-([a-z0-9][a-z0-9-]{0,23}))?$/;
const RUNNER_PATTERN = /^(ec2-spot-[1-9][0-9]{0,14}-[1-9][0-9]{0,14}(?:-[a-z0-9][a-z0-9-]{0,23})?)\.([1-9][0-9]{0,14})(?:\.r([1-9][0-9]{0,14}))?$/;
/** `ec2-spot-<run_id>-<run_attempt>[-<name>]`: what a job writes into `runs-on`. */
function labelOf(identity) {
    const name = identity.name === '' ? '' : `-${identity.name}`;
    return `ec2-spot-${String(identity.runId)}-${String(identity.runAttempt)}${name}`;
}
/** The identity a label speaks of, or undefined where the text is not a label of ours. */
function identityOfLabel(repository, label) {
    const [, runId, runAttempt, name = ''] = LABEL_PATTERN.exec(label) ?? [];
    if (runId === undefined || runAttempt === undefined)
        return undefined;
    return { repository, runId: Number(runId), runAttempt: Number(runAttempt), name };
}
/** The label of runner `number` (from 1) alone; a start of one runner has only the shared label. */
function runnerLabel(label, number) {
    return `${label}.${String(number)}`;
}
/** `<label>.<n>`, and `.r<k>` where GitHub refused the name `k` times: at most 64 characters, GitHub's limit. */
function runnerName(label, number, tries = 0) {
    return tries === 0 ? runnerLabel(label, number) : `${runnerLabel(label, number)}.r${String(tries)}`;
}
/** What a runner name says, or undefined where it is not one of ours. */
function parseRunnerName(text) {
    const [, label, number, tries = '0'] = RUNNER_PATTERN.exec(text) ?? [];
    if (label === undefined || number === undefined)
        return undefined;
    return { label, number: Number(number), tries: Number(tries) };
}
/** A registration is ours only if its whole name fits and it carries the very label that its name says. */
function isOwnRegistration(runner) {
    const parsed = parseRunnerName(runner.name);
    return parsed !== undefined && runner.labels.includes(parsed.label);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: ./build/js/domain/launch-plan.js


/**
 * `ec2-spot-runner-<hash of the repository>-<label>[.g<generation>]`, at most 128 characters as EC2 wants.
 * The name is a lock: EC2 lets only one of two starts of the same identity create it.
 */
function templateNameOf(identity, generation = 0) {
    const base = `ec2-spot-runner-${digest(identity.repository).slice(0, 8)}-${labelOf(identity)}`;
    return generation === 0 ? base : `${base}.g${String(generation)}`;
}
/**
 * The client token of one request to launch one runner: whoever repeats the request repeats the token, so
 * it never launches twice; any other request has another. At most 64 ASCII characters, EC2's limit.
 */
function launchToken(identity, runnerNumber, market, round) {
    return digest([identity.repository, labelOf(identity), String(runnerNumber), market, String(round)].join('\n'));
}
function digest(text) {
    return (0,external_node_crypto_.createHash)('sha256').update(text).digest('hex');
}

;// CONCATENATED MODULE: ./build/js/flows/settling.js
/**
 * After this time a listing shows everything that was launched before (EC2 API, "Eventual consistency":
 * seconds; the slowest seen are under ten).
 */
const LISTING_SETTLED_MS = 15_000;

;// CONCATENATED MODULE: ./build/js/domain/machine.js
/** True while EC2 bills for the machine or may still do so. */
function isAlive(machine) {
    return machine.state !== 'terminated' && machine.state !== 'shutting-down';
}

;// CONCATENATED MODULE: ./build/js/flows/survey.js




/**
 * Reads all that a start must know, in one parallel batch (and one call more where security groups are
 * given by name).
 *
 * @throws Error where the start cannot work or must not go on
 */
async function survey({ ec2, runners }, undertaking) {
    const { request, identity } = undertaking;
    const [image, subnets, types, offerings, machines, downloads, neighbours] = await Promise.all([
        ec2.image(request.image),
        ec2.subnets(request.subnets),
        ec2.instanceTypes(request['instance-types']),
        ec2.offerings(request['instance-types']),
        ec2.machinesByTags(ownershipTags(identity)),
        request.runner === 'download' && request['runner-version'] === '' ? runners.downloads() : [],
        request['max-runners'] === undefined ? [] : ec2.machinesByTags(repositoryTags(identity.repository)),
    ]);
    if (subnets.length === 0)
        throw new Error('There is no subnet to launch into: this region has no default VPC. Name some with `subnets`.');
    checkVolume(request, image);
    checkRoom(undertaking, neighbours);
    const choice = choosePools({
        instanceTypes: request['instance-types'].map((instanceType) => ({
            instanceType,
            architectures: types.find((type) => type.instanceType === instanceType)?.architectures,
        })),
        subnets,
        offerings,
        architecture: image.architecture,
    });
    if (choice.places.length === 0)
        throw new Error(`No pool is left to ask:\n${choice.rejected.map(({ reason }) => `- ${reason}`).join('\n')}`);
    return {
        image,
        choice,
        securityGroupIds: await ec2.securityGroups(request['security-groups'], subnets[0]?.vpcId ?? ''),
        download: request.runner === 'download' ? downloadOf(request, image.architecture, downloads) : undefined,
        own: ownMachines(undertaking, machines),
    };
}
/** Counted from EC2, which also knows what a crash has left; our own machines of an earlier try count once. */
function checkRoom({ request, identity }, machines) {
    const most = request['max-runners'];
    if (most === undefined)
        return;
    const own = labelOf(identity);
    const others = machines.filter((machine) => isAlive(machine) && machine.tags[TAG.label] !== own).length;
    if (others + request.count <= most)
        return;
    throw new Error(`max-runners: ${identity.repository} has ${String(others)} machines running already, and ${String(request.count)} more would be over the limit of ${String(most)}. Wait for some to end, or raise the limit; if they look forgotten, run \`mode: sweep\`.`);
}
function checkVolume(request, image) {
    const size = request['volume-size'];
    if (size === undefined || size >= image.rootVolumeSize)
        return;
    throw new Error(`volume-size: ${String(size)} GiB is less than the ${String(image.rootVolumeSize)} GiB that ${image.imageId} needs.`);
}
/** The pinned version, or what GitHub offers now: `.../actions-runner-linux-x64-2.336.0.tar.gz`. */
function downloadOf(request, architecture, offered) {
    if (request['runner-version'] !== '')
        return { version: request['runner-version'], checksum: request['runner-checksum'] };
    const found = offered.find((download) => download.architecture === architecture);
    const version = /-(\d+\.\d+\.\d+)\.tar\.gz$/.exec(found?.url ?? '')?.[1];
    if (found === undefined || version === undefined)
        throw new Error(`GitHub offers no runner for ${architecture}. Set \`runner-version\` and \`runner-checksum\`, or use an image that has the runner.`);
    return { version, checksum: found.sha256 };
}
/**
 * Machines under our identity are ours only if this very step made them; any other maker is a second start
 * of the same name. Where GitHub does not say which step we are, holding the launch template proves it.
 *
 * @throws Error where it is
 */
function ownMachines({ startJob, identity }, machines, isLocked = false) {
    const alive = machines.filter(isAlive);
    const foreign = alive.find((machine) => (startJob === '' && !isLocked) || machine.tags[TAG.startJob] !== startJob);
    if (foreign !== undefined)
        throw new Error(`${sharedName(identity.name)} It has ${foreign.instanceId} running.`);
    return alive;
}
function sharedName(name) {
    return `Two starts of this run share the name ${name === '' ? '"" (none)' : `"${name}"`}: another step has started machines under it. Give each start its own \`name\`, and the same to its stop; a matrix can pass one made of its own values.`;
}

;// CONCATENATED MODULE: ./build/js/flows/climbing.js









/** EC2 may not know a launch template for a moment after it was created. */
const TEMPLATE_PAUSE_MS = 2_000;
const TEMPLATE_TRIES = 4;
/** Raised where the climb ends without a machine: the berth tells what was tried. */
class NoCapacityError extends Error {
    berth;
    constructor(berth, message) {
        super(message);
        this.name = 'NoCapacityError';
        this.berth = berth;
    }
}
/** Raised where EC2 has answered, launched nothing, and only a person can mend why. */
class RefusedError extends PlatformError {
}
/**
 * Climbs the ladder until the berth has a machine.
 *
 * @throws NoCapacityError where there is none in time; PlatformError where only a person can mend it
 */
async function climb(outside, undertaking, berth, passage) {
    const { clock, log } = outside.host;
    let now = berth;
    for (;;) {
        const rung = nextRung(now.climb);
        if (rung.kind === 'give-up')
            throw new NoCapacityError(now, `No machine for runner ${String(berth.number)}: ${rung.reason}.`);
        const waitMs = rung.kind === 'pause' ? rung.ms : 0;
        if (clock.now() + waitMs >= passage.capacityByMs) {
            throw new NoCapacityError(now, `No machine for runner ${String(berth.number)}: no pool had capacity within ${durationText(undertaking.request.capacityTimeoutMs)} (\`capacity-timeout\`).`);
        }
        if (rung.kind === 'pause') {
            log.info(`No pool has capacity for runner ${String(berth.number)}; asking all of them again in ${durationText(rung.ms)}.`);
            await clock.sleep(rung.ms);
            now = { ...now, climb: nextRound(now.climb) };
            continue;
        }
        now = await step(outside, undertaking, now, rung, passage);
        if (now.machine !== undefined)
            return now;
    }
}
async function step(outside, undertaking, berth, rung, passage) {
    const { log, clock } = outside.host;
    log.info(`Asking for ${rung.market} in ${String(rung.pools.length)} pools for runner ${String(berth.number)}.`);
    const answer = await ask(outside, undertaking, berth, rung, passage);
    const learnt = {
        ...berth,
        round: berth.round + 1,
        climb: learn(berth.climb, rung, answer.failures),
        machine: answer.machine,
        runnerName: answer.runnerName,
    };
    if (answer.machine !== undefined) {
        log.info(`Runner ${String(berth.number)} gets ${answer.machine.instanceId}: ${answer.machine.instanceType} in ${answer.machine.availabilityZone}, ${answer.machine.market}.`);
        return learnt;
    }
    const fatal = stopper(answer.failures);
    if (fatal !== undefined)
        throw new RefusedError(fatal);
    for (const line of answerLines(answer.failures))
        log.info(line);
    // The rate limit, or a fault of EC2's own, that stands inside an answer needs time as any other does.
    const isBusy = answer.failures.some(({ failure }) => ruleOf(failure).reaction === 'repeat');
    if (isBusy)
        await clock.sleep(ROUND_PAUSE_MS);
    return learnt;
}
/** One line for each code: the pools that gave it, and what it means. */
function answerLines(failures) {
    const codes = [...new Set(failures.map(({ failure }) => failure.code))];
    return codes.flatMap((code) => {
        const [first, ...others] = failures.filter(({ failure }) => failure.code === code);
        if (first === undefined)
            return [];
        const pools = [first, ...others].map(({ pool }) => (pool === undefined ? 'all' : nameOf(pool)));
        return [`${code} from ${pools.join(', ')}: ${meaningOf(first.failure)}.`];
    });
}
/** One request, repeated under its token until its outcome is known; an outcome that stays unknown is cleared up. */
async function ask(outside, undertaking, berth, rung, passage) {
    const { ec2, host } = outside;
    const { request, identity } = undertaking;
    for (let tries = 1;; tries++) {
        const templateName = passage.template.name();
        try {
            const answer = await ec2.launch({
                templateName,
                clientToken: launchToken(identity, berth.number, rung.market, berth.round),
                market: rung.market,
                allocationStrategy: request['allocation-strategy'],
                maxPrice: request['max-price'],
                pools: rung.pools,
                userData: passage.userData,
                tags: { ...undertaking.tags, [TAG.runner]: passage.runnerName },
                notAfterMs: passage.capacityByMs,
            });
            return { ...answer, runnerName: passage.runnerName };
        }
        catch (error) {
            if (!(error instanceof PlatformError))
                throw error;
            if (isOutcomeUnknown(error.failure) || ruleOf(error.failure).reaction === 'settle')
                return clearUp(outside, undertaking, berth, { ...passage, templateName }, error);
            const isLate = /^InvalidLaunchTemplate(Name|Id)\./.test(error.failure.code) && tries < TEMPLATE_TRIES;
            if (!isLate)
                throw error;
            // Another runner of this start has renewed the template, or EC2 does not know the new one yet.
            if (templateName === passage.template.name())
                await host.clock.sleep(TEMPLATE_PAUSE_MS);
        }
    }
}
/** Nobody knows whether this launched: shut the gate behind it, let the listing settle, and look. */
async function clearUp({ ec2, host }, undertaking, berth, passage, error) {
    host.log.info(`${error.message}. Looking for what may have been launched.`);
    await passage.template.renew(passage.templateName);
    await host.clock.sleep(LISTING_SETTLED_MS);
    const machines = ownMachines(undertaking, await ec2.machinesByTags(ownershipTags(undertaking.identity)), true);
    const own = machines.find((machine) => runnerNumberOf(machine) === berth.number);
    if (own === undefined) {
        host.log.info('Nothing was.');
        return { machine: undefined, runnerName: passage.runnerName, failures: [] };
    }
    return { machine: launchedOf(own), runnerName: own.tags[TAG.runner] ?? passage.runnerName, failures: [] };
}
function launchedOf({ instanceId, market, instanceType, availabilityZone }) {
    return { instanceId, market, instanceType, availabilityZone };
}
/** The number of the runner that a machine serves, from its tag. */
function runnerNumberOf(machine) {
    return parseRunnerName(machine.tags[TAG.runner] ?? '')?.number;
}

;// CONCATENATED MODULE: ./build/js/flows/deregistering.js
/** A runner whose machine is gone stays busy until GitHub gives its job up, up to ten minutes; we do not wait that long. */
const BUSY_TRIES = 4;
const BUSY_PAUSE_MS = 3_000;
/** Removes registrations; one that is gone already is a success, one that stays busy is reported. */
async function removeRegistrations({ runners, host }, runnerIds) {
    let left = [...runnerIds];
    for (let tries = 1; left.length > 0 && tries <= BUSY_TRIES; tries++) {
        if (tries > 1)
            await host.clock.sleep(BUSY_PAUSE_MS);
        const answers = await Promise.all(left.map(async (runnerId) => ({ runnerId, answer: await runners.deleteRunner(runnerId) })));
        left = answers.filter(({ answer }) => answer === 'busy').map(({ runnerId }) => runnerId);
    }
    if (left.length > 0)
        host.log.warning(`GitHub still calls ${String(left.length)} of our runners busy (${left.join(', ')}) and does not let them be removed; it removes them itself within a day, and a later stop or sweep does so sooner.`);
    return { removed: runnerIds.length - left.length, busy: left };
}

;// CONCATENATED MODULE: ./build/js/flows/undertaking.js



/** Which step of which job a start is; empty where GitHub does not say. */
function startJobOf(request, { stepId }) {
    return request['start-job'] === '' ? '' : `${request['start-job']}/${stepId}`;
}
/** The start as it is meant, before anything is asked or done. */
function undertake(request, context, nowMs) {
    const { repository, runId, runAttempt } = context;
    const identity = { repository, runId, runAttempt, name: request.name };
    const startJob = startJobOf(request, context);
    const label = labelOf(identity);
    const onlineByMs = nowMs + request.startTimeoutMs;
    // A machine arms its own deadline when it boots, which is before `onlineByMs`: this one is never the earlier.
    const deadline = Math.ceil((onlineByMs + request.maxLifetimeMs) / 1_000);
    return {
        request,
        identity,
        label,
        startJob,
        startedAtMs: nowMs,
        onlineByMs,
        tags: {
            ...request.tags,
            ...ownershipTags(identity),
            [TAG.label]: label,
            [TAG.count]: String(request.count),
            [TAG.deadline]: String(deadline),
            [TAG.startJob]: startJob,
            ...(request.keepOnFailureMs > 0 ? { [TAG.keep]: String(Math.ceil(request.keepOnFailureMs / 1_000)) } : {}),
        },
    };
}
/** What a runner is registered with: the shared label, its own where there are several, and the user's. */
function labelsOf({ request, label }, number) {
    return [label, ...(request.count > 1 ? [runnerLabel(label, number)] : []), ...request.labels];
}
function emptyBerth({ request }, number, runner, places) {
    return { number, climb: startClimb(request.market, places), round: 0, machine: undefined, ...runner };
}

;// CONCATENATED MODULE: ./build/js/flows/registering.js



/** How many names to try: a name is taken where the answer to an earlier request was lost, which does not go on for long. */
const MOST_NAMES = 5;
/**
 * Registers runner `number`. Where its name is taken the next one is used, `.r1`, `.r2` and so on: who
 * holds the first is found out later, and by then this start is not held up.
 */
async function register(outside, undertaking, number, serverUrl, made, firstTry = 0) {
    const { runners, host } = outside;
    const labels = labelsOf(undertaking, number);
    if (!undertaking.request.ephemeral) {
        const token = await runners.createRegistrationToken();
        host.report.mask(token);
        const name = runnerName(undertaking.label, number, firstTry);
        return {
            number,
            name,
            runnerId: undefined,
            hadRival: false,
            boot: { kind: 'token', token, url: `${serverUrl}/${undertaking.identity.repository}`, runnerName: name, labels },
        };
    }
    for (let tries = firstTry; tries < firstTry + MOST_NAMES; tries++) {
        const name = runnerName(undertaking.label, number, tries);
        const answer = await noteDoubt(made, () => runners.createJitRunner(name, labels));
        if (answer === 'taken')
            continue;
        const { registration, jitConfig } = answer;
        host.report.mask(jitConfig);
        made.runnerIds.add(registration.runnerId);
        const hadRival = tries > firstTry;
        return { number, name, runnerId: registration.runnerId, hadRival, boot: { kind: 'jit', jitConfig } };
    }
    throw new Error(`GitHub holds runners named ${runnerName(undertaking.label, number)} and ${String(MOST_NAMES - 1)} more like it. Remove them under Settings, Actions, Runners, and start again.`);
}
/** A name that is taken, and a request without an answer, may both have left a registration of ours. */
async function noteDoubt(made, register) {
    try {
        const answer = await register();
        if (answer === 'taken')
            made.mayHaveRegistered = true;
        return answer;
    }
    catch (error) {
        if (!(error instanceof PlatformError) || isOutcomeUnknown(error.failure))
            made.mayHaveRegistered = true;
        throw error;
    }
}
/** Tickets for all runners of a start. */
async function registerAll(outside, undertaking, serverUrl, made) {
    const numbers = Array.from({ length: undertaking.request.count }, (_, index) => index + 1);
    const tickets = await Promise.allSettled(numbers.map((number) => register(outside, undertaking, number, serverUrl, made)));
    return tickets.map((ticket) => {
        if (ticket.status === 'rejected')
            throw ticket.reason;
        return ticket.value;
    });
}
/** The registrations of this start that no machine of it will ever use: left by an earlier try of the same step. */
function strandedAmong(registrations, undertaking, inUse) {
    return registrations.filter((registration) => {
        const parsed = parseRunnerName(registration.name);
        return (parsed?.label === undertaking.label &&
            !inUse.includes(registration.name) &&
            !registration.online &&
            !registration.busy);
    });
}

;// CONCATENATED MODULE: ./build/js/flows/adopting.js







/**
 * Takes over the machines that an earlier try of this very step has launched, and clears away what it left
 * at GitHub. A machine that is found wins over the registration just made for its number.
 */
async function adopt(voyage, tickets) {
    const { outside, undertaking, world, made } = voyage;
    const machines = await ownOf(voyage, tickets);
    const berths = [];
    for (const ticket of tickets) {
        const machine = machines.find((candidate) => runnerNumberOf(candidate) === ticket.number);
        if (machine === undefined)
            continue;
        made.instanceIds.add(machine.instanceId);
        const runnerName = machine.tags[TAG.runner] ?? ticket.name;
        made.runnerNames.add(runnerName);
        outside.host.log.info(`Runner ${runnerName} has ${machine.instanceId} already, from an earlier try of this step.`);
        if (ticket.runnerId !== undefined && ticket.name !== runnerName)
            await removeRegistrations(outside, [ticket.runnerId]);
        const runnerId = (await outside.runners.runnerByName(runnerName))?.runnerId;
        if (runnerId !== undefined)
            made.runnerIds.add(runnerId);
        berths.push({
            ...emptyBerth(undertaking, ticket.number, { runnerName, runnerId }, world.choice.places),
            machine: launchedOf(machine),
        });
    }
    await clearStranded(voyage, tickets, berths);
    return berths;
}
/** A name that was taken tells of an earlier try, whose machines the first listing may have missed. */
async function ownOf(voyage, tickets) {
    const { outside, undertaking, world } = voyage;
    const missing = tickets.filter((ticket) => ticket.hadRival && !world.own.some((machine) => runnerNumberOf(machine) === ticket.number));
    if (missing.length === 0)
        return world.own;
    outside.host.log.info(`GitHub knew ${String(missing.length)} of our runners already; looking for their machines.`);
    await outside.host.clock.sleep(LISTING_SETTLED_MS);
    await shutOldGates(voyage);
    return ownMachines(undertaking, await outside.ec2.machinesByTags(ownershipTags(undertaking.identity)), true);
}
/** An earlier try may have renewed its template, and a launch that names the new one may still be on its way. */
async function shutOldGates({ outside: { ec2, host }, undertaking, template }) {
    const tags = { ...ownershipTags(undertaking.identity), [TAG.startJob]: undertaking.startJob };
    const old = (await ec2.launchTemplatesByTags(tags)).filter(({ templateName }) => templateName !== template.name());
    if (old.length === 0)
        return;
    await Promise.all(old.map(({ templateName }) => ec2.deleteLaunchTemplate(templateName)));
    await host.clock.sleep(LISTING_SETTLED_MS);
}
async function clearStranded({ outside, undertaking, made }, tickets, berths) {
    if (!tickets.some((ticket) => ticket.hadRival))
        return;
    const inUse = [...tickets.map((ticket) => ticket.name), ...berths.map((berth) => berth.runnerName)];
    const stranded = strandedAmong(await outside.runners.runners(), undertaking, inUse);
    await removeRegistrations(outside, stranded.map((registration) => registration.runnerId));
    made.mayHaveRegistered = false;
}

;// CONCATENATED MODULE: ./build/js/flows/cancellable.js
/** The job was cancelled while the flow was at work. */
class CancelledError extends Error {
    constructor() {
        super('The job was cancelled.');
        this.name = 'CancelledError';
    }
}
/**
 * The same outside, which lets go at once when the job is cancelled: what is being waited for is given up,
 * and the flow begins nothing new. A call that is on its way, or about to be repeated by its adapter, may
 * still have its effect: the post step looks for it.
 */
function cancellable(outside) {
    const { host } = outside;
    const { cancellation } = host;
    return {
        ...outside,
        ec2: guarded(outside.ec2, cancellation),
        runners: guarded(outside.runners, cancellation),
        actions: guarded(outside.actions, cancellation),
        host: {
            ...host,
            clock: { now: () => host.clock.now(), sleep: (ms) => unlessCancelled(cancellation, () => host.clock.sleep(ms)) },
        },
    };
}
function guarded(port, cancellation) {
    const calls = Object.entries(port).map(([name, call]) => [
        name,
        (...input) => unlessCancelled(cancellation, () => call(...input)),
    ]);
    return Object.fromEntries(calls);
}
async function unlessCancelled(cancellation, work) {
    if (cancellation.aborted)
        throw new CancelledError();
    let letGo = () => undefined;
    const cancelled = new Promise((_, reject) => {
        letGo = () => {
            reject(new CancelledError());
        };
        cancellation.addEventListener('abort', letGo, { once: true });
    });
    try {
        return await Promise.race([work(), cancelled]);
    }
    finally {
        cancellation.removeEventListener('abort', letGo);
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __nccwpck_require__(8522);
;// CONCATENATED MODULE: ./build/js/boot/user-data.js

/** Bytes of user data that EC2 accepts, before base64 (EC2 user guide, "Instance user data"). */
const USER_DATA_LIMIT = 16_384;
/**
 * Bytes kept free for the JIT configuration, which only GitHub knows the size of: more than 4 KB since
 * June 2025. Base64 of random bytes loses a quarter to gzip, so this holds one of 8 KB.
 */
const JIT_RESERVE = 6 * 1024;
/**
 * The user data of one machine, gzipped: cloud-init unpacks it. Equal plans give equal bytes, so a launch
 * can be repeated under its client token.
 *
 * @param bootScript the text of boot.sh
 * @throws RangeError where a value cannot stand in a shell script, a number is no positive integer, or a
 * runner is to be downloaded without version or checksum
 */
function renderUserData(plan, bootScript) {
    requireDownload(plan);
    const assignments = Object.entries(variables(plan)).map(([name, value]) => `${name}=${quote(name, value)}`);
    return pack(['#!/usr/bin/env bash', ...assignments, withoutComments(bootScript)].join('\n'));
}
/** Bytes of the user data of this plan, as EC2 counts them. */
function userDataSize(plan, bootScript) {
    return renderUserData(plan, bootScript).byteLength;
}
/**
 * Whether user data with this pre-runner script will stay within EC2's limit, whatever the rest of the
 * plan turns out to be: asked before anything is launched.
 */
function scriptFits(preRunnerScript, bootScript) {
    return scriptRoom(preRunnerScript, bootScript) >= 0;
}
/** Bytes left (gzipped) after this pre-runner script; negative where it is too long by so many. */
function scriptRoom(preRunnerScript, bootScript) {
    return USER_DATA_LIMIT - JIT_RESERVE - userDataSize({ ...ROOMY_PLAN, preRunnerScript }, bootScript);
}
/**
 * What a machine runs that got no user data of its own: it can serve nobody, so it says why and ends. It is
 * the launch template's own user data.
 */
function renderGuardUserData() {
    const lines = [
        '#!/usr/bin/env bash',
        "echo 'ec2-spot-runner: phase=failed:no-user-data reason=EC2 did not pass on the user data of the launch request'",
        "echo 'ec2-spot-runner: phase=powering-off reason=failed:no-user-data'",
        'shutdown -P now || poweroff -f',
        '',
    ];
    return new TextEncoder().encode(lines.join('\n'));
}
// Long values where a plan may have long ones, so that `scriptFits` never promises too much.
const ROOMY_PLAN = {
    registration: { kind: 'jit', jitConfig: '' },
    runner: 'download',
    runnerVersion: '10.999.999',
    runnerChecksum: '0123456789abcdef'.repeat(4),
    runnerDir: '/a/directory/of/the/length/that/a/person/might/choose/actions-runner',
    runnerUser: 'a-user-with-a-long-name',
    preRunnerScript: '',
    preRunnerTimeoutSeconds: 99_999,
    jobImds: false,
    maxLifetimeSeconds: 999_999,
    idleTimeoutSeconds: 999_999,
    keepOnFailureSeconds: 99_999,
};
function variables(plan) {
    const { registration } = plan;
    const byToken = registration.kind === 'token' ? registration : { token: '', url: '', runnerName: '', labels: [] };
    return {
        jit_config: registration.kind === 'jit' ? registration.jitConfig : '',
        registration_token: byToken.token,
        registration_url: byToken.url,
        runner_name: byToken.runnerName,
        runner_labels: byToken.labels.join(','),
        runner_source: plan.runner,
        runner_version: plan.runnerVersion,
        runner_checksum: plan.runnerChecksum,
        runner_dir: plan.runnerDir,
        runner_user: plan.runnerUser,
        pre_runner_script: plan.preRunnerScript,
        pre_runner_timeout_s: seconds('preRunnerTimeoutSeconds', plan.preRunnerTimeoutSeconds),
        job_imds: String(plan.jobImds),
        max_lifetime_s: seconds('maxLifetimeSeconds', plan.maxLifetimeSeconds),
        idle_timeout_s: seconds('idleTimeoutSeconds', plan.idleTimeoutSeconds),
        keep_on_failure_s: plan.keepOnFailureSeconds === 0 ? '0' : seconds('keepOnFailureSeconds', plan.keepOnFailureSeconds),
    };
}
/** What is fetched without a checksum may be anybody's, and there is no "latest" in the address of an archive. */
function requireDownload(plan) {
    if (plan.runner !== 'download')
        return;
    if (plan.runnerVersion === '')
        throw new RangeError('runnerVersion must say which runner to download');
    if (plan.runnerChecksum === '')
        throw new RangeError('runnerChecksum must hold the SHA-256 of the runner to download');
}
function seconds(name, value) {
    if (!Number.isSafeInteger(value) || value <= 0) {
        throw new RangeError(`${name} must be a positive whole number of seconds, not ${String(value)}`);
    }
    return String(value);
}
/** Within single quotes every byte stands for itself but the quote, and no shell variable can hold a NUL. */
function quote(name, value) {
    if (value.includes('\0'))
        throw new RangeError(`${name} holds a NUL character, which no shell script can carry`);
    return `'${value.replaceAll("'", String.raw `'\''`)}'`;
}
/** Comments are for those who read boot.sh in the repository; on the wire they cost a tenth of the limit. */
function withoutComments(script) {
    return script.replace(/^[ \t]*#.*\n/gm, '');
}
function pack(text) {
    const packed = (0,external_node_zlib_.gzipSync)(new TextEncoder().encode(text), { level: 9 });
    // The header names the operating system that packed it (RFC 1952): 255 is "unknown".
    packed[9] = 255;
    return packed;
}

;// CONCATENATED MODULE: ./build/js/flows/launching.js




/**
 * Gets a machine for every runner that has none, all at the same time.
 *
 * @throws NoCapacityError where not all, or with `allow-partial` not even one, could be had
 */
async function launchAll(voyage, tickets, adopted) {
    const { outside, undertaking, world } = voyage;
    const missing = tickets.filter((ticket) => !adopted.some((berth) => berth.number === ticket.number));
    return outside.host.log.group(`Launching ${String(missing.length)} of ${String(tickets.length)}`, async () => {
        const launched = await Promise.allSettled(missing.map((ticket) => launchOne(voyage, ticket, emptyBerth(undertaking, ticket.number, { runnerName: ticket.name, runnerId: ticket.runnerId }, world.choice.places))));
        const got = [...adopted, ...launched.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))];
        const failed = missing.filter((_, index) => launched[index]?.status === 'rejected');
        for (const result of launched)
            if (result.status === 'rejected' && !mayGoOn(voyage, result.reason, got.length))
                throw result.reason;
        if (failed.length > 0)
            await giveUp(voyage, failed);
        return got.toSorted((a, b) => a.number - b.number);
    });
}
/** Gets one machine for one runner. */
async function launchOne(voyage, ticket, berth) {
    const { outside, undertaking, made, setting } = voyage;
    made.runnerNames.add(ticket.name);
    made.inDoubt.add(ticket.name);
    const userData = Buffer.from(renderUserData(bootPlan(voyage, ticket), setting.bootScript)).toString('base64');
    const { onlineByMs, request } = undertaking;
    const crewed = await climb(outside, undertaking, berth, {
        template: voyage.template,
        userData,
        runnerName: ticket.name,
        capacityByMs: Math.min(onlineByMs, outside.host.clock.now() + request.capacityTimeoutMs),
    }).catch((error) => {
        if (error instanceof NoCapacityError || error instanceof RefusedError)
            made.inDoubt.delete(ticket.name);
        throw error;
    });
    if (crewed.machine !== undefined)
        made.instanceIds.add(crewed.machine.instanceId);
    made.inDoubt.delete(ticket.name);
    return crewed;
}
function mayGoOn({ undertaking }, error, got) {
    return undertaking.request['allow-partial'] && got > 0 && error instanceof NoCapacityError;
}
async function giveUp({ outside, undertaking }, failed) {
    outside.host.log.warning(`Only ${String(undertaking.request.count - failed.length)} of ${String(undertaking.request.count)} machines could be had; going on with them, as \`allow-partial\` says.`);
    await removeRegistrations(outside, failed.flatMap((ticket) => ticket.runnerId ?? []));
}
function bootPlan({ undertaking, world }, ticket) {
    const { request } = undertaking;
    return {
        registration: ticket.boot,
        runner: request.runner,
        runnerVersion: world.download?.version ?? '',
        runnerChecksum: world.download?.checksum ?? '',
        runnerDir: request['runner-dir'],
        runnerUser: request['runner-user'],
        preRunnerScript: request['pre-runner-script'],
        preRunnerTimeoutSeconds: Math.ceil(request.startTimeoutMs / 1_000),
        jobImds: request['job-imds'],
        maxLifetimeSeconds: Math.ceil(request.maxLifetimeMs / 1_000),
        idleTimeoutSeconds: Math.ceil(request.idleTimeoutMs / 1_000),
        keepOnFailureSeconds: Math.ceil(request.keepOnFailureMs / 1_000),
    };
}

;// CONCATENATED MODULE: ./build/js/flows/publishing.js


/**
 * Hands on what later jobs need, as soon as machines exist: a stop must find them even if this start gets no
 * further. No output holds a secret or an ARN: GitHub drops an output in which its masker finds anything.
 */
function publish({ outside, undertaking }, berths) {
    const { report } = outside.host;
    const { label, request } = undertaking;
    const machines = berths.flatMap((berth) => berth.machine ?? []);
    const [first] = machines;
    const markets = [...new Set(machines.map((machine) => machine.market))];
    report.output('label', label);
    report.output('labels', JSON.stringify(request.count === 1 ? [label] : berths.map((berth) => runnerLabel(label, berth.number))));
    report.output('runs-on', JSON.stringify([label]));
    report.output('instance-id', first?.instanceId ?? '');
    report.output('instance-ids', JSON.stringify(machines.map((machine) => machine.instanceId)));
    report.output('market', markets.length > 1 ? 'mixed' : (markets[0] ?? ''));
    report.output('instance-type', first?.instanceType ?? '');
    report.output('availability-zone', first?.availabilityZone ?? '');
    report.output('fallback-reason', fallbackOf(berths));
    report.output('region', request['aws-region']);
}
/** Why one of the machines is on-demand although spot came first. */
function fallbackOf(berths) {
    const fallen = berths.find((berth) => berth.machine?.market === 'on-demand' && berth.climb.policy === 'spot-first');
    return fallen === undefined ? '' : fallbackReason(fallen.climb);
}

;// CONCATENATED MODULE: ./build/js/flows/template.js





/**
 * Creates the launch template.
 *
 * @throws Error where another start holds it
 */
async function openTemplate({ ec2, host }, undertaking, survey) {
    const { identity, request, startJob, tags } = undertaking;
    let generation = 0;
    let removed = false;
    let renewal;
    const name = () => templateNameOf(identity, generation);
    const create = async () => {
        const made = await ec2.createLaunchTemplate({
            templateName: name(),
            clientToken: randomToken(host.random),
            imageId: survey.image.imageId,
            rootDeviceName: survey.image.rootDeviceName,
            volumeSize: request['volume-size'],
            volumeType: request['volume-type'],
            securityGroupIds: survey.securityGroupIds,
            instanceProfile: request['instance-profile'],
            userData: Buffer.from(renderGuardUserData()).toString('base64'),
            tags,
        });
        if (made === 'created')
            return;
        const holder = TAG.managed in made.takenBy ? made.takenBy : await lateTags({ ec2, host }, name());
        if (startJob === '' || holder[TAG.startJob] !== startJob)
            throw new Error(sharedName(identity.name));
    };
    await create();
    return {
        name,
        renew: async (inDoubt) => {
            // Runners of one start share the template: the first that is in doubt renews it for all. But a renewal
            // that is under way already may be opening the very gate that has to be shut now.
            await renewal;
            if (name() !== inDoubt)
                return;
            renewal ??= (async () => {
                if (removed || (await ec2.deleteLaunchTemplate(name())) === 'absent')
                    throw new Error('This start has been stopped: its launch template is gone.');
                generation += 1;
                await create();
            })().finally(() => (renewal = undefined));
            await renewal;
        },
        remove: async () => {
            removed = true;
            await ec2.deleteLaunchTemplate(name());
        },
    };
}
/** Whose a template is that EC2 refuses to make again but does not show yet: it was made a moment ago. */
async function lateTags({ ec2, host }, templateName) {
    await host.clock.sleep(LISTING_SETTLED_MS);
    return (await ec2.launchTemplate(templateName)) ?? {};
}
/** The name is the lock; the token only lets a repeat of the same request succeed. It must be new for each request, since EC2 remembers a token longer than the template. */
function randomToken(random) {
    return Array.from({ length: 8 }, () => Math.floor(random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0')).join('');
}

;// CONCATENATED MODULE: ./build/js/flows/unmaking.js





function nothingMade() {
    return {
        template: undefined,
        askedForTemplate: false,
        mayHaveRegistered: false,
        runnerIds: new Set(),
        instanceIds: new Set(),
        runnerNames: new Set(),
        inDoubt: new Set(),
    };
}
/**
 * Undoes a start that failed: the gate first, then the machines, then the registrations. What cannot be
 * undone is said, with the time at which it ends by itself; the failure that brought us here stays the failure.
 * A cancelled job gives us a few seconds: then only what is known goes, and the post step looks for the rest.
 *
 * @returns whether nothing can be left
 */
async function unmake(outside, undertaking, made) {
    const { log, cancellation } = outside.host;
    return log.group('Undoing what was started', async () => {
        const machines = async () => {
            const names = await removeMachines(outside, undertaking, made);
            if (!undertaking.request.ephemeral && !cancellation.aborted)
                await removeByName(outside, names);
        };
        // The gate goes first; that it cannot be shut keeps nothing else from going.
        const gate = await Promise.allSettled([made.template?.remove()]);
        const others = await Promise.allSettled([machines(), removeRegistrations(outside, [...made.runnerIds])]);
        const results = [...gate, ...others];
        const problems = results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
        const deadline = new Date(Number(undertaking.tags[TAG.deadline]) * 1_000).toISOString();
        for (const problem of problems) {
            log.warning(`Not all could be undone: ${problem}. Run \`mode: stop\`; what is left of machines ends by itself by ${deadline}.`);
        }
        const isAllKnown = (made.template !== undefined || !made.askedForTemplate) && !made.mayHaveRegistered;
        return problems.length === 0 && isAllKnown && !cancellation.aborted;
    });
}
/** A machine that registers itself does so under a name that we gave it; now that it is gone, nobody will do it again. */
async function removeByName(outside, names) {
    if (names.size === 0)
        return;
    const own = (await outside.runners.runners()).filter((runner) => names.has(runner.name));
    await removeRegistrations(outside, own.map((runner) => runner.runnerId));
}
/** @returns the names of our runners whose machines are gone now */
async function removeMachines({ ec2, host }, { identity, startJob, request }, made) {
    const names = new Set(made.runnerNames);
    if (names.size === 0)
        return names;
    const known = [...made.instanceIds];
    await ec2.terminate(known);
    if (host.cancellation.aborted)
        return names;
    const late = [];
    // A registration by token may be as late as a listing.
    const mayBeLate = made.inDoubt.size > 0 || (known.length > 0 && !request.ephemeral);
    if (mayBeLate) {
        await host.clock.sleep(LISTING_SETTLED_MS);
        for (const machine of (await ec2.machinesByTags(ownershipTags(identity))).filter(isAlive)) {
            const name = machine.tags[TAG.runner] ?? '';
            if (!names.has(name) || known.includes(machine.instanceId))
                continue;
            // Another start that shares our name gives its runners the same names: its machine is not ours to end.
            if (machine.tags[TAG.startJob] === startJob)
                late.push(machine.instanceId);
            else
                names.delete(name);
        }
        await ec2.terminate(late);
    }
    host.log.info(`Terminated: ${[...known, ...late].join(', ') || 'nothing, no machine was launched'}.`);
    return names;
}

;// CONCATENATED MODULE: ./build/js/domain/boot-phase.js
/** What a machine says of its boot on the serial console, in the order in which it says it. */
const BOOT_PHASES = [
    'deadline-armed',
    'imds',
    'pre-runner-script',
    'runner-download',
    'runner-starting',
    'runner-exited',
    'kept',
    'powering-off',
];
/** The steps that can fail: each is said as `failed:<step>`, with what to change as the reason. */
const BOOT_STEPS = [
    'boot',
    'no-user-data',
    'pre-runner-script',
    'runner-user',
    'runner-missing',
    'runner-configured',
    'runner-not-writable',
    'runner-download',
    'runner-config',
    'runner-start',
    'runner-deprecated',
];
// Anything may stand before the marker: cloud-init and the kernel put times and names there.
const MARKER = /ec2-spot-runner: phase=(\S+)(?: reason=(.*))?$/;
/** Reads the phase markers out of console text, which may begin anywhere: EC2 keeps only its last 64 KB. */
function bootReport(console) {
    let report = { phase: undefined, reason: '', failure: undefined };
    for (const line of consoleLines(console)) {
        const [, word, reason = ''] = MARKER.exec(line) ?? [];
        const phase = BOOT_PHASES.find((known) => known === word);
        const step = BOOT_STEPS.find((known) => `failed:${known}` === word);
        if (phase !== undefined)
            report = { ...report, phase, reason };
        if (step !== undefined)
            report = { ...report, failure: { step, reason } };
    }
    return report;
}
/** The last `count` lines that hold anything, for a person to read. */
function lastConsoleLines(console, count) {
    return consoleLines(console)
        .filter((line) => line.trim() !== '')
        .slice(-count);
}
// Escape sequences (colours, cursor) and carriage returns are of no use in a log.
// eslint-disable-next-line no-control-regex
const TERMINAL_NOISE = /\u001b\[[0-9;?]*[A-Za-z]|\r/g;
function consoleLines(console) {
    return console
        .replace(TERMINAL_NOISE, '')
        .split('\n')
        .map((line) => line.trimEnd());
}

;// CONCATENATED MODULE: ./build/js/domain/deaths.js
/** What fails in every machine alike: the image, the inputs and the token are the same. */
const ALIKE = [
    'pre-runner-script',
    'runner-user',
    'runner-missing',
    'runner-configured',
    'runner-not-writable',
    'runner-deprecated',
];
/**
 * What to do about a machine that died while booting. One replacement is made; a second death is taken for
 * the machine's own fault.
 *
 * @param deaths how many machines of this runner died before
 */
function judgeDeath(machine, boot, deaths) {
    const reason = reasonOf(machine, boot);
    if (machine?.reasonCode === 'Client.UserInitiatedShutdown')
        return { kind: 'give-up', reason: 'somebody terminated it: a stop, a sweep or a person' };
    if (boot.failure !== undefined && ALIKE.includes(boot.failure.step))
        return { kind: 'give-up', reason };
    return deaths === 0
        ? { kind: 'replace', reason }
        : { kind: 'give-up', reason: `${reason}; it was the second machine of this runner to die` };
}
function reasonOf(machine, boot) {
    if (boot.failure?.step === 'runner-deprecated')
        return `the runner in the image is deprecated and GitHub sends it no jobs: build the image anew with the current runner, or use \`runner: download\` (${boot.failure.reason})`;
    if (boot.failure !== undefined)
        return `its boot failed at ${boot.failure.step}: ${boot.failure.reason}`;
    const phase = boot.phase === undefined
        ? 'before it said anything on its console'
        : `in phase ${boot.phase}${boot.reason === '' ? '' : ` (${boot.reason})`}`;
    const ec2 = machine === undefined
        ? 'EC2 does not know it any more'
        : `EC2: ${machine.state}${machine.reasonCode === undefined ? '' : `, ${machine.reasonCode}`}`;
    return `it died ${phase}; ${ec2}`;
}

;// CONCATENATED MODULE: ./build/js/flows/waiting.js




/** How often GitHub is asked: often enough that a runner which came online is noticed within a second. */
const POLL_MS = 1_000;
/** How often EC2 is asked beside it: a machine seldom dies, and then a few seconds do not matter. */
const LOOK_MS = 5_000;
/** The console follows a machine's death by some seconds, when EC2 has it at all. */
const CONSOLE_PAUSE_MS = 3_000;
const CONSOLE_TRIES = 4;
/** What a person sees of a console. */
const CONSOLE_LINES = 30;
/** A start that came to nothing although machines could be had; `console` is the end of what the machine said. */
class BootError extends Error {
    constructor(message, console) {
        super(console.length === 0
            ? `${message}\nIts console is empty: it did not get as far, or EC2 has not shown it yet.`
            : `${message}\nThe end of its console:\n${console.map((line) => `  ${line}`).join('\n')}`);
        this.name = 'BootError';
    }
}
/**
 * Waits until GitHub calls the berth's runner online. A machine that dies before is replaced once, where
 * another may do better.
 *
 * @throws BootError with the reason and the end of the console
 */
async function waitUntilOnline(outside, undertaking, berth, isOnline, replace) {
    const { clock, log } = outside.host;
    let now = berth;
    let deaths = 0;
    let lookedAtMs = clock.now();
    for (;;) {
        if (await isOnline(now)) {
            log.info(`Runner ${now.runnerName} is online after ${durationText(clock.now() - undertaking.startedAtMs)}.`);
            return now;
        }
        if (clock.now() >= undertaking.onlineByMs)
            throw await tooLate(outside, undertaking, now);
        if (clock.now() - lookedAtMs >= LOOK_MS) {
            lookedAtMs = clock.now();
            const reason = await diedOf(outside, now, deaths);
            if (reason !== undefined) {
                if (await hasServed(outside, now))
                    return now;
                now = await replace(now, reason);
                deaths += 1;
            }
        }
        await clock.sleep(POLL_MS);
    }
}
/** Why the machine must be replaced; undefined while it lives. */
async function diedOf(outside, berth, deaths) {
    const instanceId = berth.machine?.instanceId ?? '';
    const [machine] = await outside.ec2.machinesById([instanceId]);
    // A machine that was launched a moment ago may not be listed yet.
    if (machine === undefined || isAlive(machine))
        return undefined;
    const console = await consoleOf(outside, instanceId);
    const death = judgeDeath(machine, bootReport(console), deaths);
    if (death.kind === 'replace')
        return death.reason;
    throw new BootError(`${instanceId} did not become a runner: ${death.reason}.`, lastConsoleLines(console, CONSOLE_LINES));
}
/** An ephemeral runner that was online and did its one job between two looks: GitHub has removed it. */
async function hasServed({ runners }, { runnerId }) {
    return runnerId !== undefined && (await runners.runner(runnerId)) === undefined;
}
async function tooLate(outside, undertaking, berth) {
    const instanceId = berth.machine?.instanceId ?? '';
    const console = await outside.ec2.console(instanceId).catch(() => '');
    const { phase, failure } = bootReport(console);
    const got = failure === undefined
        ? (phase ?? 'nothing yet, as far as its console shows')
        : `failed:${failure.step} (${failure.reason})`;
    return new BootError(`Runner ${berth.runnerName} on ${instanceId} was not online within ${durationText(undertaking.request.startTimeoutMs)} (\`start-timeout\`). It had reached: ${got}. If it got to runner-starting, check that the subnet lets it reach GitHub; if it shows nothing, check that the image runs user data.`, lastConsoleLines(console, CONSOLE_LINES));
}
async function consoleOf({ ec2, host }, instanceId) {
    let console = '';
    for (let tries = 0; tries < CONSOLE_TRIES && console === ''; tries++) {
        if (tries > 0)
            await host.clock.sleep(CONSOLE_PAUSE_MS);
        // The console helps to explain a death; that it cannot be had must not hide the death.
        console = await ec2.console(instanceId).catch(() => '');
    }
    return console;
}
/**
 * One question to GitHub serves all berths: a single runner is asked for by id, several by one listing that
 * is at most `POLL_MS` old.
 */
function createOnlineCheck({ runners, host }, berths) {
    let listing;
    const listed = () => {
        if (listing === undefined || host.clock.now() - listing.atMs >= POLL_MS)
            listing = { atMs: host.clock.now(), runners: runners.runners() };
        return listing.runners;
    };
    return async ({ runnerId, runnerName }) => {
        if (berths > 1)
            return (await listed()).some((runner) => runner.name === runnerName && runner.online);
        if (runnerId === undefined)
            return (await runners.runnerByName(runnerName))?.online === true;
        return (await runners.runner(runnerId))?.online === true;
    };
}

;// CONCATENATED MODULE: ./build/js/flows/replacing.js









/**
 * Waits for all runners at the same time, and replaces machines that die before they are online.
 *
 * @throws the first reason why a runner did not come, unless `allow-partial` lets the others go on
 */
async function waitForAll(voyage, crew) {
    const { outside, undertaking } = voyage;
    const isOnline = createOnlineCheck(outside, crew.length);
    const now = new Map(crew.map((berth) => [berth.number, berth]));
    const replace = async (berth, reason) => {
        // Noted before it is launched: a registration whose machine never comes has to go too.
        const next = await readmit(voyage, berth, reason);
        now.set(next.berth.number, next.berth);
        const other = await launchOne(voyage, next.ticket, next.berth);
        now.set(other.number, other);
        publish(voyage, [...now.values()]);
        return other;
    };
    const results = await outside.host.log.group('Waiting for GitHub to see the runners', () => Promise.allSettled(crew.map((berth) => waitUntilOnline(outside, undertaking, berth, isOnline, replace))));
    const online = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const mayGoOn = (error) => undertaking.request['allow-partial'] &&
        online.length > 0 &&
        (error instanceof BootError || error instanceof NoCapacityError);
    for (const result of results)
        if (result.status === 'rejected' && !mayGoOn(result.reason))
            throw result.reason;
    for (const result of results)
        if (result.status === 'rejected')
            outside.host.log.warning(messageOf(result.reason));
    await dropAll(voyage, [...now.values()].filter((berth) => !online.some((other) => other.number === berth.number)));
    return online;
}
/** A new machine comes from the next pool, with a registration of its own: the old one may be half used. */
async function readmit(voyage, dead, reason) {
    const { outside, undertaking, setting, made } = voyage;
    const { host } = outside;
    host.log.info(`${dead.machine?.instanceId ?? 'The machine'} is lost: ${reason}. Replacing it.`);
    await drop(voyage, dead);
    const tries = (parseRunnerName(dead.runnerName)?.tries ?? 0) + 1;
    const ticket = await register(outside, undertaking, dead.number, setting.context.serverUrl, made, tries);
    const berth = {
        ...dead,
        climb: climbPast(dead, reason),
        machine: undefined,
        runnerName: ticket.name,
        runnerId: ticket.runnerId,
    };
    return { berth, ticket };
}
/** The pool that lost a machine is passed over in this round, as one without capacity is. */
function climbPast({ climb, machine }, reason) {
    if (machine === undefined)
        return climb;
    const place = climb.places.find((candidate) => candidate.instanceType === machine.instanceType && candidate.availabilityZone === machine.availabilityZone);
    if (place === undefined)
        return climb;
    const pool = { ...place, market: machine.market };
    const failure = { service: 'aws', operation: 'boot', code: 'MachineLost', message: reason };
    return learn(climb, { market: machine.market, pools: [pool] }, [{ pool, failure }]);
}
async function dropAll(voyage, berths) {
    for (const berth of berths)
        await drop(voyage, berth);
}
async function drop({ outside, made }, { machine, runnerId }) {
    if (machine !== undefined) {
        await outside.ec2.terminate([machine.instanceId]);
        made.instanceIds.delete(machine.instanceId);
    }
    if (runnerId !== undefined)
        await removeRegistrations(outside, [runnerId]);
}

;// CONCATENATED MODULE: ./build/js/flows/start.js















/**
 * Launches the machines, registers their runners and hands on their label. Whatever fails after the first
 * effect is undone.
 *
 * @throws Error that says what happened, why, and what to change
 */
async function start(real, request, setting) {
    const outside = cancellable(real);
    const refused = refusal(setting.context, setting.githubToken);
    if (refused !== undefined)
        throw new Error(refused);
    const { state, clock } = real.host;
    const undertaking = undertake(request, setting.context, clock.now());
    await refusePublic(outside, request, setting.context);
    if (request['dry-run']) {
        await rehearse(outside, undertaking);
        return;
    }
    warnOfSharedLabels(outside, undertaking);
    const made = nothingMade();
    saveProgress(state, 'begun');
    try {
        const { world, tickets } = await surveyAndRegister(outside, undertaking, setting, made);
        made.askedForTemplate = true;
        made.template = await openTemplate(outside, undertaking, world);
        saveProgress(state, 'locked');
        const voyage = { outside, undertaking, setting, world, template: made.template, made };
        const adopted = await adopt(voyage, tickets);
        const crew = await launchAll(voyage, tickets, adopted);
        publish(voyage, crew);
        const ready = request['wait-for'] === 'online' ? await waitForAll(voyage, crew) : crew;
        await finish(voyage, ready);
    }
    catch (error) {
        if (error instanceof NoCapacityError)
            await outside.host.report.summary(failureSummary(undertaking.label, error.message, error.berth.climb));
        if (await unmake(real, undertaking, made))
            saveProgress(state, 'undone');
        throw error;
    }
}
/** Most events say whether the repository is public; the others cost one question. */
async function refusePublic({ actions }, request, { isPublic }) {
    if (request['allow-public'])
        return;
    const refused = publicRefusal(isPublic ?? (await actions.repositoryIsPublic()), false);
    if (refused !== undefined)
        throw new Error(refused);
}
/** Registration needs nothing of what the survey finds, so both go out together; both are awaited, so that nothing is made unseen. */
async function surveyAndRegister(outside, undertaking, setting, made) {
    const { host } = outside;
    return host.log.group('Looking at the region and registering', async () => {
        const [world, tickets] = await Promise.allSettled([
            survey(outside, undertaking),
            registerAll(outside, undertaking, setting.context.serverUrl, made),
        ]);
        if (world.status === 'rejected')
            throw world.reason;
        if (tickets.status === 'rejected')
            throw tickets.reason;
        for (const { reason } of world.value.choice.rejected)
            host.log.info(`Left out: ${reason}.`);
        return { world: world.value, tickets: tickets.value };
    });
}
/** Everything a start reads and decides, and nothing that it does. */
async function rehearse(outside, undertaking) {
    const [world, caller] = await Promise.all([survey(outside, undertaking), outside.ec2.caller()]);
    const plan = planText(undertaking, world.image, world.choice, caller);
    outside.host.log.info(plan);
    await outside.host.report.summary(plan);
}
/** Hands over: once the start has delivered, what fails is said, and no reason to take the machines away again. */
async function finish(voyage, ready) {
    const { outside, undertaking, template, world } = voyage;
    const { log, report, clock } = outside.host;
    publish(voyage, ready);
    saveProgress(outside.host.state, 'delivered');
    await template.remove().catch((error) => {
        log.warning(`The launch template could not be removed (${messageOf(error)}); stop will do it.`);
    });
    await report.summary(startSummary({ undertaking, berths: ready, choice: world.choice, tookMs: clock.now() - undertaking.startedAtMs }));
}
function warnOfSharedLabels({ host }, { request }) {
    if (request.labels.length === 0)
        return;
    host.log.warning(`The runner also gets ${request.labels.map((label) => `\`${label}\``).join(', ')}: any job of this repository that asks for one of these may take the machine. Leave \`labels\` empty unless that is what you want.`);
}

;// CONCATENATED MODULE: ./build/js/domain/target.js


/** `label` or `instance-ids`; with neither, exactly what this repository, run, attempt and `name` own; `all` widens that to the run. */
function targetOf(request, context) {
    const { repository } = context;
    const own = { repository, runId: context.runId, runAttempt: context.runAttempt, name: request.name };
    const identity = (request.label === '' ? undefined : identityOfLabel(repository, request.label)) ?? own;
    const base = {
        repository,
        instanceIds: request['instance-ids'],
        runId: identity.runId,
        runAttempt: identity.runAttempt,
        startJob: undefined,
        isJudged: true,
    };
    if (request.all) {
        const tags = { ...repositoryTags(repository), [TAG.run]: String(identity.runId) };
        return { ...base, identity: undefined, tags, text: `all starts of run ${String(identity.runId)}` };
    }
    if (request.label === '' && request['instance-ids'].length > 0)
        return { ...base, identity: undefined, tags: undefined, text: request['instance-ids'].join(', ') };
    return {
        ...base,
        identity,
        tags: ownershipTags(identity),
        text: `the start of attempt ${String(identity.runAttempt)} of run ${String(identity.runId)}${identity.name === '' ? '' : `, name ${identity.name}`}`,
    };
}
/** Whether a registration belongs to the target: by its label, or by the machines that were named. */
function isRegistrationOf(target, machines, runner) {
    if (!isOwnRegistration(runner))
        return false;
    if (target.tags === undefined)
        return machines.some((machine) => machine.tags[TAG.runner] === runner.name);
    const label = parseRunnerName(runner.name)?.label ?? '';
    const identity = identityOfLabel(target.repository, label);
    if (identity?.runId !== target.runId)
        return false;
    return (target.identity === undefined ||
        (identity.runAttempt === target.identity.runAttempt && identity.name === target.identity.name));
}
/** A machine is ours to touch only if it says so itself. */
function mayTouch(target, machine) {
    const isOurs = machine.tags[TAG.managed] === MANAGED && machine.tags[TAG.repository] === target.repository;
    return isOurs && (target.startJob === undefined || machine.tags[TAG.startJob] === target.startJob);
}
/** How many machines the start asked for, as far as anybody still knows. */
function askedFor(target, machines) {
    const counts = machines.map((machine) => Number(machine.tags[TAG.count] ?? 0));
    return Math.max(target.instanceIds.length, ...counts.filter((count) => Number.isInteger(count)), 0);
}

;// CONCATENATED MODULE: ./build/js/domain/verdict.js

/** Worst first: of several machines, the one that a person must hear about. */
const BY_WEIGHT = [
    'interrupted',
    'failed-to-boot',
    'unknown',
    'expired',
    'idle',
    'terminated-by-us',
    'finished',
];
/** EC2 user guide, "Spot request status": the codes of a reclaim; the status flips at the notice, two minutes ahead. */
const RECLAIM_STATUS = /^(marked-for-(termination|stop)|instance-(terminated|stopped)-(no-capacity|by-price|capacity-oversubscribed|by-experiment)|marked-for-(termination|stop)-by-experiment)$/;
/** EC2 API reference, `StateReason`: AWS took the machine. */
const RECLAIM_REASON = /^Server\.SpotInstance(Termination|Shutdown)$/;
function isReclaimed(machine, spotStatus) {
    return RECLAIM_REASON.test(machine.reasonCode ?? '') || RECLAIM_STATUS.test(spotStatus ?? '');
}
/** A job that ended with all its steps done has ended by itself, green or red. */
function endedByItself(job) {
    return job.state === 'completed' && job.steps.length > 0 && job.steps.every((step) => step.state === 'completed');
}
function judge({ machine, spotStatus, jobs, boot }) {
    const ec2 = describe(machine, spotStatus);
    const broken = jobs?.find((job) => !endedByItself(job));
    const ended = jobs !== undefined && jobs.length > 0 && broken === undefined;
    if (ended)
        return { verdict: 'finished', evidence: `${quoted(jobs)} ended by itself; ${ec2}` };
    if (isReclaimed(machine, spotStatus)) {
        if (jobs === undefined)
            return {
                verdict: 'unknown',
                evidence: `AWS took the machine (${ec2}), but GitHub did not say what became of its job`,
            };
        const under = broken === undefined ? 'it had no job' : `job ${quoted([broken])} was cut off`;
        return { verdict: 'interrupted', evidence: `AWS took the machine (${ec2}); ${under}` };
    }
    if (isAlive(machine))
        return {
            verdict: 'terminated-by-us',
            evidence: broken === undefined ? `alive without a job; ${ec2}` : `job ${quoted([broken])} was still running; ${ec2}`,
        };
    if (machine.reasonCode === 'Client.UserInitiatedShutdown')
        return { verdict: 'terminated-by-us', evidence: `terminated through the API before; ${ec2}` };
    if (machine.reasonCode === 'Client.InstanceInitiatedShutdown')
        return poweredOff(boot, ec2);
    return { verdict: 'unknown', evidence: ec2 };
}
/** A machine that powered itself off had a reason of its own, and only its console knows it. */
function poweredOff(boot, ec2) {
    if (boot?.failure !== undefined)
        return {
            verdict: 'failed-to-boot',
            evidence: `powered itself off (${boot.failure.step}: ${boot.failure.reason}); ${ec2}`,
        };
    const cause = boot?.phase === 'powering-off' ? boot.reason : '';
    const verdict = cause === 'idle' ? 'idle' : cause === 'deadline' ? 'expired' : 'unknown';
    return { verdict, evidence: `powered itself off${cause === '' ? '' : ` (${cause})`}; ${ec2}` };
}
/** The one verdict of several machines. */
function worst(verdicts) {
    return BY_WEIGHT.find((verdict) => verdicts.includes(verdict)) ?? 'unknown';
}
function describe(machine, spotStatus) {
    const parts = [
        `EC2: ${machine.state}`,
        machine.reasonCode,
        spotStatus === undefined ? undefined : `spot request ${spotStatus}`,
    ];
    return parts.filter((part) => part !== undefined).join(', ');
}
function quoted(jobs) {
    return jobs.map((job) => `"${job.name}"`).join(', ');
}

;// CONCATENATED MODULE: ./build/js/summary/stop.js

/** Until when a machine stays, and how to get in: the one reason why anybody pays for it. */
function keptText({ instanceId, region, untilMs }) {
    return `${instanceId} stays until ${new Date(untilMs).toISOString()} because its job failed, as \`keep-on-failure\` says. Get in with \`aws ssm start-session --region ${region} --target ${instanceId}\`, if its image and role allow it; end it early with \`aws ec2 terminate-instances --region ${region} --instance-ids ${instanceId}\`.`;
}
/** What became of each machine, and what was cleared away. */
function stopSummary(target, cases, deregistered, kept) {
    const machines = cases.map(({ machine, judgement }) => [
        code(machine.instanceId),
        machine.instanceType,
        machine.availabilityZone,
        machine.market,
        judgement.verdict,
        judgement.evidence,
    ]);
    return [
        `### Stopped ${target}`,
        machines.length === 0
            ? 'There was no machine.'
            : table(['machine', 'type', 'zone', 'market', 'verdict', 'evidence'], machines),
        ...kept.map(keptText),
        registrations(deregistered),
    ]
        .filter((part) => part !== '')
        .join('\n\n');
}
function registrations(done) {
    if (done.length === 0)
        return 'The registrations at GitHub could not be removed.';
    const removed = done.reduce((sum, round) => sum + round.removed, 0);
    const busy = done.at(-1)?.busy.length ?? 0;
    if (removed + busy === 0)
        return '';
    return `Registrations removed: ${String(removed)}.${busy === 0 ? '' : ` ${String(busy)} still busy, left to GitHub.`}`;
}

;// CONCATENATED MODULE: ./build/js/domain/orphans.js



/**
 * No start lasts longer than this (the limit of `start-timeout`, and a margin): then GitHub knows the runner
 * of every machine that will ever have one, and no launch needs a template of that age.
 */
const START_GRACE_MS = 4 * 3_600_000;
/** A machine that says no deadline is not one of this version; no version lets one live longer. */
const UNDATED_LIFETIME_MS = 8 * 86_400_000;
/**
 * Everything of ours that no job will ever use again. A busy runner's machine is none before its deadline,
 * and what belongs to a run that goes on is left to that run's stop.
 */
function findOrphans(worlds) {
    const machines = worlds.machines.flatMap((machine) => {
        const reason = machineReason(machine, worlds);
        return reason === undefined ? [] : [{ kind: 'machine', id: machine.instanceId, machine, reason }];
    });
    const registrations = worlds.registrations.flatMap((registration) => {
        const reason = registrationReason(registration, worlds);
        return reason === undefined ? [] : [{ kind: 'registration', id: registration.name, registration, reason }];
    });
    const templates = worlds.templates.flatMap((template) => {
        const reason = templateReason(template, worlds);
        return reason === undefined ? [] : [{ kind: 'template', id: template.templateName, template, reason }];
    });
    return [...machines, ...registrations, ...templates];
}
function machineReason(machine, worlds) {
    if (!isAlive(machine))
        return undefined;
    const deadlineMs = deadlineOf(machine);
    if (deadlineMs !== undefined && worlds.nowMs >= deadlineMs)
        return 'past its deadline';
    if (deadlineMs === undefined && worlds.nowMs - machine.launchedAtMs >= UNDATED_LIFETIME_MS)
        return 'it has no deadline and is too old';
    if (!worlds.gitHubKnown)
        return undefined;
    const registration = worlds.registrations.find(({ name }) => name === machine.tags[TAG.runner]);
    if (registration?.busy === true)
        return undefined;
    if (machine.state === 'stopped' || machine.state === 'stopping')
        return 'it is stopped, and a stopped machine never comes back';
    const identity = identityOf(machine.tags);
    if (identity === undefined)
        return undefined;
    const over = overReason(identity, worlds);
    if (isKept(machine, identity, worlds))
        return undefined;
    if (over !== undefined)
        return over;
    const isYoung = worlds.nowMs - machine.launchedAtMs < START_GRACE_MS;
    return registration === undefined && !isYoung ? 'GitHub does not know its runner' : undefined;
}
/**
 * Whether somebody may still look at a machine whose job failed: while its run goes on, and for the time that
 * was asked for after it. Its runner may be long gone by then.
 */
function isKept(machine, identity, { activeRuns, endedRuns = [], nowMs }) {
    const keepMs = keepMsOf(machine.tags);
    if (keepMs === undefined)
        return false;
    const isRun = (run) => run.runId === identity.runId && run.repository === identity.repository;
    const active = activeRuns.find(isRun);
    const run = active ?? endedRuns.find(isRun);
    if (run === undefined)
        return false;
    // The next attempt begins when this one has ended.
    if (run.runAttempt > identity.runAttempt)
        return nowMs < (run.startedAtMs ?? 0) + keepMs;
    return active !== undefined || nowMs < (endedRuns.find(isRun)?.updatedAtMs ?? 0) + keepMs;
}
/** While its run goes on, a start may still be about to launch the machine of a registration. */
function registrationReason(registration, worlds) {
    if (!isOwnRegistration(registration) || registration.online || registration.busy)
        return undefined;
    const hasMachine = worlds.machines.some((machine) => isAlive(machine) && machine.tags[TAG.runner] === registration.name);
    if (hasMachine)
        return undefined;
    const label = parseRunnerName(registration.name)?.label ?? '';
    const identity = identityOfLabel('', label);
    if (identity === undefined || overReason(identity, worlds) === undefined)
        return undefined;
    return 'its machine is gone';
}
function templateReason(template, worlds) {
    if (worlds.nowMs - template.createdAtMs >= START_GRACE_MS)
        return 'no launch needs it any more';
    const identity = worlds.gitHubKnown ? identityOf(template.tags) : undefined;
    return identity === undefined || overReason(identity, worlds) === undefined
        ? undefined
        : 'no launch needs it any more';
}
/** A registration does not say its repository; run ids differ between repositories of one GitHub. */
function overReason({ repository, runId, runAttempt }, { activeRuns }) {
    const run = activeRuns.find((active) => active.runId === runId && (repository === '' || active.repository === repository));
    if (run === undefined)
        return 'its run is over';
    return run.runAttempt > runAttempt ? 'a later attempt of its run has begun' : undefined;
}
/** The identity that tags tell; undefined where they are not, or not yet, complete. */
function identityOf(tags) {
    const repository = tags[TAG.repository] ?? '';
    return repository === '' ? undefined : identityOfLabel(repository, tags[TAG.label] ?? '');
}
/** Milliseconds since the epoch; undefined where the tag is missing or no number. */
function deadlineOf(machine) {
    const seconds = Number(machine.tags[TAG.deadline] ?? Number.NaN);
    return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}

;// CONCATENATED MODULE: ./build/js/domain/keeping.js




/**
 * Until when a machine is to be left alone because its job failed; undefined where it is not. Its own deadline
 * comes first in any case, and a machine that still has work, or of whose jobs nobody knows, is not kept.
 */
function keptUntil(machine, jobs, nowMs) {
    const keepMs = keepMsOf(machine.tags);
    if (keepMs === undefined || !isAlive(machine) || jobs?.every(endedByItself) !== true)
        return undefined;
    const ends = jobs.flatMap((job) => (job.conclusion === 'failure' ? (job.completedAtMs ?? []) : []));
    if (ends.length === 0)
        return undefined;
    const untilMs = Math.min(Math.max(...ends) + keepMs, deadlineOf(machine) ?? Number.POSITIVE_INFINITY);
    return nowMs < untilMs ? untilMs : undefined;
}

;// CONCATENATED MODULE: ./build/js/flows/evidence.js






/** Without it a verdict is less sure; that must not keep a machine alive. */
async function gatherSpotEvidence({ ec2, host }, machines) {
    const ids = machines.flatMap((machine) => machine.spotRequestId ?? []);
    if (ids.length === 0)
        return new Map();
    try {
        const statuses = new Map((await ec2.spotRequests(ids)).map((request) => [request.spotRequestId, request.statusCode]));
        return new Map(machines.flatMap(({ instanceId, spotRequestId }) => {
            const status = statuses.get(spotRequestId ?? '');
            return status === undefined ? [] : [[instanceId, status]];
        }));
    }
    catch (error) {
        host.log.warning(`Whether AWS took a machine may not be known: ${messageOf(error)}.`);
        return new Map();
    }
}
/** The machines that stay for a look since their job failed, each with the instant at which it goes. */
async function findKept(outside, target, machines) {
    const asked = machines.filter((machine) => isAlive(machine) && keepMsOf(machine.tags) !== undefined);
    if (asked.length === 0)
        return new Map();
    const jobs = await jobsOf(outside, target, asked);
    const nowMs = outside.host.clock.now();
    return new Map(asked.flatMap((machine) => {
        const untilMs = keptUntil(machine, jobsOn(machine, jobs), nowMs);
        return untilMs === undefined ? [] : [[machine, untilMs]];
    }));
}
/** The case of each machine, as EC2 showed it before we touched it, with what GitHub says of its job. */
async function judgeAll(outside, target, machines, spot) {
    if (machines.length === 0)
        return [];
    const jobs = await jobsOf(outside, target, machines);
    return Promise.all(machines.map(async (machine) => {
        const ran = jobsOn(machine, jobs);
        const evidence = {
            machine,
            spotStatus: spot.get(machine.instanceId),
            jobs: ran,
            boot: needsConsole(machine, ran)
                ? bootReport(await outside.ec2.console(machine.instanceId).catch(() => ''))
                : undefined,
        };
        return { machine, evidence, judgement: judge(evidence) };
    }));
}
/** Tags fade from a dead machine: then nobody knows which runner it was. */
function jobsOn({ tags }, jobs) {
    const runner = tags[TAG.runner];
    return runner === undefined ? undefined : jobs?.filter((job) => job.runnerName === runner);
}
/**
 * The jobs of every attempt that these machines were started in. Without them a verdict is less sure; that
 * must not keep a machine alive.
 */
async function jobsOf({ actions, host }, target, machines) {
    const attempts = new Map(machines.map(({ tags }) => {
        const runId = Number(tags[TAG.run] ?? target.runId);
        const runAttempt = Number(tags[TAG.attempt] ?? target.runAttempt);
        return [`${String(runId)}/${String(runAttempt)}`, { runId, runAttempt }];
    }));
    try {
        const jobs = [...attempts.values()].map(({ runId, runAttempt }) => actions.jobs(runId, runAttempt));
        return (await Promise.all(jobs)).flat();
    }
    catch (error) {
        host.log.warning(`What became of the job is unknown: ${messageOf(error)}.`);
        return undefined;
    }
}
/** Only a machine that powered itself off without a job leaves open why. */
function needsConsole(machine, jobs) {
    return !isAlive(machine) && machine.reasonCode === 'Client.InstanceInitiatedShutdown' && (jobs ?? []).length === 0;
}

;// CONCATENATED MODULE: ./build/js/flows/taking-down.js









/** AWS takes a machine two minutes after its notice; half a minute more covers its own delay. */
const RECLAIM_WAIT_MS = 150_000;
const RECLAIM_POLL_MS = 5_000;
/** GitHub's listing shows a runner only some seconds after it registered (field reports; how many is our guess). */
const REGISTRATION_SHOWN_MS = 5_000;
/**
 * Takes down all that the target owns: one pass, and a second one where the first saw fewer machines than
 * there may be. What fails is told in the rounds, and does not keep the rest from going.
 */
async function takeDownAll(outside, target) {
    const { log, clock } = outside.host;
    const first = await takeDown(outside, target, []);
    if (!first.isListed || !mayBeMore(target, first))
        return [first];
    log.info('Fewer machines are listed than this start may have; looking again, in case one was launched a moment ago.');
    await clock.sleep(LISTING_SETTLED_MS);
    return [first, await takeDown(outside, target, first.machines)];
}
/** One pass: the gate first, then everything that is there and was not seen before. */
async function takeDown(outside, target, seen) {
    const gate = await settledOf(shutGate(outside, target));
    const found = await settledOf(findMachines(outside, target));
    const machines = (found.value?.own ?? []).filter((machine) => !seen.some((other) => other.instanceId === machine.instanceId));
    const foreign = found.value?.foreign ?? [];
    const spot = await gatherSpotEvidence(outside, target.isJudged ? machines : []);
    const kept = target.isJudged ? await findKept(outside, target, machines) : new Map();
    const alive = machines.filter((machine) => isAlive(machine) && !kept.has(machine));
    const spared = alive.filter((machine) => isReclaimed(machine, spot.get(machine.instanceId)));
    const [ended, early] = await Promise.all([
        settledOf(endMachines(outside, alive, spared)),
        // A listener that loses its registration powers its machine off, before AWS can take it.
        settledOf(deregister(outside, target, machines, [...foreign, ...spared])),
    ]);
    const cases = target.isJudged ? await judgeAll(outside, target, machines, spot) : [];
    const deregistered = await settledOf(deregisterLate(outside, target, { machines, foreign, spared, cases }, early));
    return {
        machines,
        cases,
        deregistered: deregistered.value,
        problems: [gate, found, ended, deregistered].flatMap(({ problem }) => problem ?? []),
        left: ended.problem === undefined ? [] : alive,
        kept,
        isListed: found.problem === undefined,
        isGateShut: gate.problem === undefined,
    };
}
/**
 * A listing may lag: where fewer machines are accounted for than were asked for, one may still turn up. A
 * dead one is accounted for if it had a job; one that died while booting may have a successor on its way.
 */
function mayBeMore(target, { machines, cases }) {
    if (target.tags === undefined)
        return false;
    if (!target.isJudged)
        return true;
    const hadJob = cases.filter(({ evidence }) => (evidence.jobs ?? []).length > 0).map(({ machine }) => machine);
    const accounted = machines.filter((machine) => isAlive(machine) || hadJob.includes(machine));
    return accounted.length === 0 || accounted.length < askedFor(target, machines);
}
/** A launch that is still on its way names this template, and cannot happen once it is gone. */
async function shutGate({ ec2 }, { identity, tags }) {
    const first = identity === undefined ? [] : [templateNameOf(identity)];
    const [, listed] = await Promise.all([
        Promise.all(first.map((name) => ec2.deleteLaunchTemplate(name))),
        tags === undefined ? [] : ec2.launchTemplatesByTags(tags),
    ]);
    await Promise.all(listed
        .filter(({ templateName }) => !first.includes(templateName))
        .map(({ templateName }) => ec2.deleteLaunchTemplate(templateName)));
}
/** By tag and by id: tags fade from a dead machine, and its id may not be known. */
async function findMachines({ ec2, host }, target) {
    const [tagged, named] = await Promise.all([
        target.tags === undefined ? [] : ec2.machinesByTags(target.tags),
        target.instanceIds.length === 0 ? [] : ec2.machinesById(target.instanceIds),
    ]);
    const all = [
        ...tagged,
        ...named.filter((machine) => !tagged.some((other) => other.instanceId === machine.instanceId)),
    ];
    const foreign = all.filter((machine) => isAlive(machine) && !mayTouch(target, machine));
    for (const { instanceId } of foreign)
        host.log.warning(`${instanceId} is left alone: it does not carry the tags of a machine of ${target.startJob === undefined ? target.repository : 'this start'}.`);
    return { own: all.filter((machine) => !foreign.includes(machine)), foreign };
}
async function endMachines(outside, alive, spared) {
    await terminate(outside, alive.filter((machine) => !spared.includes(machine)));
    await leaveToAws(outside, spared);
}
/** AWS ends it anyway; ending it first would cost the free first hour and overwrite the evidence. */
async function leaveToAws(outside, spared) {
    if (spared.length === 0)
        return;
    const { ec2, host } = outside;
    const ids = spared.map((machine) => machine.instanceId);
    host.log.info(`AWS is taking ${ids.join(', ')} already; leaving that to AWS.`);
    const endMs = host.clock.now() + RECLAIM_WAIT_MS;
    let alive = spared;
    while (alive.length > 0 && host.clock.now() < endMs) {
        await host.clock.sleep(RECLAIM_POLL_MS);
        alive = (await ec2.machinesById(ids)).filter(isAlive);
    }
    await terminate(outside, alive);
}
async function terminate({ ec2, host }, machines) {
    if (machines.length === 0)
        return;
    const ids = machines.map((machine) => machine.instanceId);
    await ec2.terminate(ids);
    host.log.info(`Terminated ${ids.join(', ')}.`);
}
/** Looks once more where a machine that registers itself may have done so while we ended it. */
async function deregisterLate(outside, target, { machines, foreign, spared, cases }, early) {
    if (early.value === undefined)
        throw new Error(early.problem);
    const { names, removed } = early.value;
    const isBooting = machines.some((machine) => !spared.includes(machine) && mayRegister(machine, cases, names));
    if (!isBooting && spared.length === 0)
        return early.value;
    if (isBooting)
        await outside.host.clock.sleep(REGISTRATION_SHOWN_MS);
    const late = await deregister(outside, target, machines, foreign);
    return { removed: removed + late.removed, busy: late.busy };
}
/** Alive, with neither a runner nor, as far as we know, a job: it was booting when we looked. */
function mayRegister(machine, cases, names) {
    const found = cases.find((other) => other.machine === machine);
    return (isAlive(machine) && (found?.evidence.jobs ?? []).length === 0 && !names.includes(machine.tags[TAG.runner] ?? ''));
}
async function deregister(outside, target, machines, foreign) {
    const isTaken = (name) => foreign.some((machine) => machine.tags[TAG.runner] === name);
    const own = (await outside.runners.runners()).filter((runner) => isRegistrationOf(target, machines, runner) && !isTaken(runner.name));
    const done = await removeRegistrations(outside, own.map((runner) => runner.runnerId));
    if (done.removed > 0)
        outside.host.log.info(`Removed ${String(done.removed)} registration${done.removed === 1 ? '' : 's'} at GitHub.`);
    return { ...done, names: own.map((runner) => runner.name) };
}
async function settledOf(work) {
    try {
        return { value: await work };
    }
    catch (error) {
        return { problem: messageOf(error) };
    }
}

;// CONCATENATED MODULE: ./build/js/flows/stop.js





/** The annotation that says a machine was taken under its job; scripts may look for this title. */
const INTERRUPTION_TITLE = 'EC2 spot interruption';
/**
 * Takes a start down, whatever has become of it, and says what has. A second stop finds nothing to do, and
 * succeeds. One half that fails does not stop the other.
 *
 * @throws Error that says what is left and when it ends by itself
 */
async function stop(outside, request, context) {
    const target = targetOf(request, context);
    outside.host.log.info(`Stopping ${target.text}.`);
    const rounds = await takeDownAll(outside, target);
    await reportTo(outside, target, rounds, request['aws-region']);
    if (rounds.some((round) => round.problems.length > 0))
        throw new Error(leftovers(target.text, rounds));
}
async function reportTo({ host }, target, rounds, region) {
    const cases = rounds.flatMap((round) => round.cases);
    const interrupted = cases.filter(({ judgement }) => judgement.verdict === 'interrupted');
    host.report.output('verdict', worst(cases.map(({ judgement }) => judgement.verdict)));
    host.report.output('interrupted', String(interrupted.length > 0));
    for (const { machine, judgement } of cases)
        host.log.info(`${machine.instanceId}: ${judgement.verdict}. ${judgement.evidence}.`);
    const kept = rounds.flatMap((round) => [...round.kept].map(([{ instanceId }, untilMs]) => ({ instanceId, untilMs, region })));
    for (const machine of kept)
        host.log.info(keptText(machine));
    for (const { machine, judgement } of interrupted)
        host.log.error(`${machine.instanceId} (${machine.instanceType} in ${machine.availabilityZone}) was interrupted. ${judgement.evidence}. Nothing is wrong with the job itself: run it again.`, INTERRUPTION_TITLE);
    await host.report.summary(stopSummary(target.text, cases, rounds.flatMap((round) => round.deregistered ?? []), kept));
}
/** What could not be done, what may still be alive, and when that ends by itself. */
function leftovers(target, rounds) {
    const problems = [...new Set(rounds.flatMap((round) => round.problems))].map((problem) => `- ${problem}`);
    const alive = rounds
        .flatMap((round) => round.left)
        .map((machine) => `${machine.instanceId} (until ${stop_deadlineOf(machine)})`);
    const end = alive.length > 0
        ? `Still alive, and powering off by itself at its deadline: ${alive.join(', ')}.`
        : rounds.every((round) => round.isListed && round.isGateShut)
            ? 'No machine is left alive.'
            : 'A machine that may be left powers itself off at its deadline, `max-lifetime` after its boot.';
    return [`Stopping ${target} did not fully succeed:`, ...problems, `${end} Run stop again when this is mended.`].join('\n');
}
function stop_deadlineOf(machine) {
    const seconds = Number(machine.tags[TAG.deadline]);
    return Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : 'its deadline';
}

;// CONCATENATED MODULE: ./build/js/summary/sweep.js

function sweepSummary(lines, dryRun) {
    const title = dryRun ? '### Sweep (dry run: nothing was changed)' : '### Sweep';
    if (lines.length === 0)
        return `${title}\n\nNothing is left behind.`;
    return `${title}\n\n${table(['what', 'which', 'why', 'done'], lines.map(({ what, id, why, done }) => [what, code(id), why, done]))}`;
}

;// CONCATENATED MODULE: ./build/js/domain/dead-labels.js

/**
 * Where a start of a later attempt than this has just run again and its job still waits in vain, one more time
 * would not help, and each costs a machine: as where two jobs share a runner that takes one.
 */
const LAST_CURED_ATTEMPT = 2;
/**
 * What hangs in a run. A label of ours is dead when no start of it is under way and no machine of it lives.
 *
 * @param jobs all jobs of the run's current attempt
 * @param isServed whether a machine of this identity lives
 * @param actionName how our action is called in the workflow, such as `octo-org/ec2-spot-runner`
 */
function cureFor(repository, jobs, isServed, actionName) {
    const starts = jobs.filter((job) => usesAction(job, actionName));
    const identityOf = (label) => identityOfLabel(repository, label.replace(/\.\d+$/, ''));
    const isOurs = (label) => identityOf(label) !== undefined;
    const isDead = (label) => {
        const identity = identityOf(label);
        return identity !== undefined && !isServed(identity);
    };
    const hung = jobs.find((job) => job.state === 'queued' && job.labels.some(isDead));
    if (hung === undefined)
        return undefined;
    // A start that waits for a runner of its own shows no steps yet: any other job that waits may be one.
    const mayBegin = jobs.some((job) => job !== hung && job.state === 'queued' && !job.labels.some(isOurs));
    if (mayBegin || starts.some((job) => job.state === 'in_progress'))
        return undefined;
    const working = jobs.find((job) => job.state === 'in_progress');
    const done = starts.filter((job) => job.state === 'completed');
    if (working !== undefined)
        return done.length === 0 ? undefined : { kind: 'report', hung, working };
    const isFresh = hung.labels.some((label) => identityOf(label)?.runAttempt === hung.runAttempt);
    if (isFresh && hung.runAttempt > LAST_CURED_ATTEMPT)
        return { kind: 'give-up', hung };
    return { kind: 'rerun', hung, startJob: done.length === 1 ? done[0] : undefined };
}
/** GitHub names a step without a name after what it runs: `Run octo-org/ec2-spot-runner@v1`. */
function usesAction(job, actionName) {
    return actionName !== '' && job.steps.some((step) => step.name.startsWith(`Run ${actionName}@`));
}

;// CONCATENATED MODULE: ./build/js/flows/in-turns.js
/** GitHub takes 100 requests at a time from one user; a few are enough. */
const AT_A_TIME = 10;
/** Does `work` for each item, a few at a time; what comes to nothing is left out. */
async function inTurns(items, work) {
    const done = [];
    for (let at = 0; at < items.length; at += AT_A_TIME) {
        const some = await Promise.all(items.slice(at, at + AT_A_TIME).map(work));
        done.push(...some.flatMap((one) => one ?? []));
    }
    return done;
}

;// CONCATENATED MODULE: ./build/js/flows/curing.js






/** A cancelled run ends when its `always()` jobs have, or GitHub cuts them off after five minutes. */
const CANCEL_WAIT_MS = 360_000;
const CANCEL_POLL_MS = 2_000;
/**
 * The runs in which a job waits for a label that nothing will serve, as after "Re-run failed jobs". One look
 * proves nothing: a machine may be listed late, and a start may just have begun.
 */
async function findHungRuns(outside, worlds, context) {
    const mayHang = worlds.activeRuns.filter((run) => run.runId !== context.runId && !isWellServed(run, worlds.machines));
    const looked = await inTurns(mayHang, ({ runId }) => curing_cureOf(outside, worlds.machines, context, runId).then((cure) => (cure === undefined ? undefined : runId), (error) => failedLine(runId, error)));
    return {
        hung: looked.filter((found) => typeof found === 'number'),
        unread: looked.filter((found) => typeof found !== 'number'),
    };
}
/**
 * Labels outlive their machines only from one attempt to the next, or once a machine is gone: a first attempt
 * that has one need not be asked for its jobs, which would cost a call for every healthy run.
 */
function isWellServed({ runId, runAttempt }, machines) {
    return runAttempt === 1 && machines.some((machine) => isAlive(machine) && machine.tags[TAG.run] === String(runId));
}
/** Looks a second time, and gets the jobs that still wait a machine by running their start job again. */
async function cureHungRuns(outside, runIds, context, dryRun) {
    return inTurns(runIds, (runId) => cureRun(outside, context, runId, dryRun).catch((error) => failedLine(runId, error)));
}
function failedLine(runId, error) {
    return {
        what: 'run',
        id: String(runId),
        why: 'one of its jobs may wait for a machine that is gone',
        done: `failed: ${messageOf(error)}`,
        failed: true,
    };
}
async function cureRun(outside, context, runId, dryRun) {
    const machines = await outside.ec2.machinesByTags({ ...repositoryTags(context.repository), [TAG.run]: String(runId) });
    const cure = await curing_cureOf(outside, machines, context, runId);
    if (cure === undefined)
        return undefined;
    const line = {
        what: 'run',
        id: String(runId),
        why: `job "${cure.hung.name}" waits for a machine that is gone`,
        failed: false,
    };
    if (cure.kind === 'report')
        return {
            ...line,
            done: `left: job "${cure.working.name}" of the run is at work; re-run all jobs when it has ended`,
        };
    if (cure.kind === 'give-up')
        return {
            ...line,
            done: 'left: it waits in vain again although its start job has run again; does each job of the label have a runner, as `count` says?',
        };
    if (dryRun)
        return { ...line, done: 'its start job would be run again' };
    return { ...line, done: await rerun(outside, runId, cure) };
}
async function curing_cureOf({ actions }, machines, context, runId) {
    const isServed = (identity) => machines.some((machine) => isAlive(machine) && isSame(identityOf(machine.tags), identity));
    return cureFor(context.repository, await actions.currentJobs(runId), isServed, context.actionName);
}
function isSame(a, b) {
    return a?.runId === b.runId && a.runAttempt === b.runAttempt && a.name === b.name;
}
const RUNS_AGAIN = 'cancelled, and it runs again already';
/** GitHub re-runs nothing of a run that is not over, and only job ids of the current attempt. */
async function rerun({ actions, host }, runId, { hung, startJob }) {
    const isRunAgain = (run) => run !== undefined && run.runAttempt > hung.runAttempt;
    await actions.cancelRun(runId);
    const over = await waitForEnd({ actions, host }, runId, isRunAgain);
    if (isRunAgain(over))
        return RUNS_AGAIN;
    try {
        if (startJob !== undefined && (await actions.rerunJob(startJob.jobId)) === 'begun')
            return `cancelled, and "${startJob.name}" runs again with all that depend on it`;
        await actions.rerunAllJobs(runId);
        return 'cancelled, and all its jobs run again';
    }
    catch (error) {
        // GitHub also refuses where another sweep was faster, or where it has heard us the first time.
        if (isRunAgain(await actions.run(runId)))
            return RUNS_AGAIN;
        throw error;
    }
}
/** @throws Error where a cancelled run does not end */
async function waitForEnd({ actions, host }, runId, isRunAgain) {
    const endMs = host.clock.now() + CANCEL_WAIT_MS;
    while (host.clock.now() < endMs) {
        // Before the first look too: the cancel of a sweep beside us must not hit what we run again.
        await host.clock.sleep(CANCEL_POLL_MS);
        const run = await actions.run(runId);
        if (run !== undefined && (run.state === 'completed' || isRunAgain(run)))
            return run;
    }
    throw new Error('it was cancelled, and did not end in time to be run again; run all its jobs again by hand');
}

;// CONCATENATED MODULE: ./build/js/flows/sweep.js







/**
 * Between the two looks: longer than any listing lags (seconds) and than a start takes from its registration
 * to its machine's tags.
 */
const SECOND_LOOK_MS = 60_000;
/**
 * Compares EC2, GitHub's runners and GitHub's runs of this repository, in both directions, and removes what
 * no job will use again. It judges, waits, reads each candidate again, and only then acts; what fails for
 * one does not stop the others.
 *
 * @throws Error that names what could not be done
 */
async function sweep(outside, request, context) {
    const { log, clock, report } = outside.host;
    const dryRun = request['dry-run'];
    const { worlds, problems } = await look(outside, context.repository);
    const suspects = findOrphans(worlds);
    const { hung, unread } = await findHungRuns(outside, worlds, context);
    log.info(`${String(worlds.machines.length)} machines, ${String(worlds.registrations.length)} runners, ${String(worlds.templates.length)} launch templates, ${String(worlds.activeRuns.length)} runs under way: ${String(suspects.length)} look orphaned, ${String(hung.length)} look hung.`);
    const lines = [...problems, ...unread];
    if (suspects.length + hung.length > 0) {
        await clock.sleep(SECOND_LOOK_MS);
        const reread = createReread(outside, suspects);
        lines.push(...(await inTurns(suspects, (suspect) => lookAgain(outside, reread, worlds, suspect, dryRun))));
        lines.push(...(await cureHungRuns(outside, hung, context, dryRun)));
    }
    for (const line of lines)
        log.info(`${line.what} ${line.id}: ${line.why}. ${line.done}.`);
    await report.summary(sweepSummary(lines, dryRun));
    const failed = lines.filter((line) => line.failed);
    if (failed.length === 0)
        return;
    const list = failed.map((line) => `- ${line.what} ${line.id}: ${line.done}`).join('\n');
    throw new Error(`Sweep could not finish ${String(failed.length)} of ${String(lines.length)}:\n${list}`);
}
/**
 * All pages of all three worlds. Without GitHub there is still what EC2 alone can tell: who is past a deadline.
 * Without the machines nothing can be told of anything.
 */
async function look({ ec2, runners, actions, host }, repository) {
    const tags = repositoryTags(repository);
    const [machines, templates, gitHub] = await Promise.all([
        ec2.machinesByTags(tags),
        ec2.launchTemplatesByTags(tags).catch((error) => messageOf(error)),
        Promise.all([runners.runners(), actions.activeRuns()]).catch((error) => messageOf(error)),
    ]);
    const [registrations, runs] = typeof gitHub === 'string' ? [[], []] : gitHub;
    const worlds = {
        nowMs: host.clock.now(),
        machines,
        templates: typeof templates === 'string' ? [] : templates,
        registrations,
        activeRuns: runs.map((run) => ({ ...run, repository })),
        gitHubKnown: typeof gitHub !== 'string',
    };
    const unread = (what, why, failure) => typeof failure === 'string' ? [{ what, id: repository, why, done: `failed: ${failure}`, failed: true }] : [];
    const problems = [
        ...unread('EC2', 'its launch templates could not be read', templates),
        ...unread('GitHub', 'its runners and runs could not be read', gitHub),
    ];
    return { worlds, problems };
}
function createReread({ ec2, actions }, suspects) {
    const instanceIds = suspects.flatMap((suspect) => (suspect.kind === 'machine' ? [suspect.id] : []));
    let machines;
    const runs = new Map();
    return {
        machines: () => (machines ??= ec2.machinesById(instanceIds)),
        run: (runId) => {
            const run = runs.get(runId) ?? actions.run(runId);
            runs.set(runId, run);
            return run;
        },
    };
}
/** Reads one suspect again, with its run and its runner, and removes it if it is still an orphan: three calls at most. */
async function lookAgain(outside, reread, first, suspect, dryRun) {
    try {
        const again = findOrphans(await worldsOf(outside, reread, first, suspect));
        const orphan = again.find(({ kind, id }) => kind === suspect.kind && id === suspect.id);
        return orphan === undefined ? undefined : await remove(outside, orphan, first, dryRun);
    }
    catch (error) {
        return {
            what: sweep_nameOf(suspect),
            id: suspect.id,
            why: suspect.reason,
            done: `failed: ${messageOf(error)}`,
            failed: true,
        };
    }
}
/** No later news of the run can change these. */
const LASTING = [
    'a later attempt of its run has begun',
    'it is stopped, and a stopped machine never comes back',
];
/** The three worlds as far as they concern one suspect, read anew. */
async function worldsOf({ runners, host }, reread, first, suspect) {
    // What EC2 alone has told must go although GitHub is silent by now, and costs it no question.
    const gitHubKnown = first.gitHubKnown && !isToldByEc2(suspect, first.nowMs);
    const mustReadRun = gitHubKnown && !LASTING.includes(suspect.reason);
    const runId = mustReadRun ? runIdOf(suspect) : undefined;
    const name = gitHubKnown ? runnerNameOf(suspect) : undefined;
    const [machines, run, registration] = await Promise.all([
        suspect.kind === 'machine' ? reread.machines() : first.machines,
        runId === undefined ? undefined : reread.run(runId),
        name === undefined ? undefined : runners.runnerByName(name),
    ]);
    const isActive = run !== undefined && run.state !== 'completed';
    const found = run === undefined ? [] : [{ ...run, repository: repositoryOf(suspect) }];
    return {
        nowMs: host.clock.now(),
        machines,
        templates: suspect.kind === 'template' ? [suspect.template] : [],
        registrations: registration === undefined ? [] : [registration],
        activeRuns: !mustReadRun ? first.activeRuns : isActive ? found : [],
        endedRuns: isActive ? [] : found,
        gitHubKnown,
    };
}
function isToldByEc2(suspect, nowMs) {
    const machines = suspect.kind === 'machine' ? [suspect.machine] : [];
    const templates = suspect.kind === 'template' ? [suspect.template] : [];
    return findOrphans({ nowMs, machines, templates, registrations: [], activeRuns: [], gitHubKnown: false }).length > 0;
}
function runIdOf(orphan) {
    if (orphan.kind === 'registration')
        return identityOfLabel('', parseRunnerName(orphan.id)?.label ?? '')?.runId;
    return identityOf(orphan.kind === 'machine' ? orphan.machine.tags : orphan.template.tags)?.runId;
}
function repositoryOf(orphan) {
    if (orphan.kind === 'registration')
        return '';
    return (orphan.kind === 'machine' ? orphan.machine.tags : orphan.template.tags)[TAG.repository] ?? '';
}
function runnerNameOf(orphan) {
    if (orphan.kind === 'template')
        return undefined;
    return orphan.kind === 'registration' ? orphan.id : orphan.machine.tags[TAG.runner];
}
function sweep_nameOf(orphan) {
    return { machine: 'machine', registration: 'runner', template: 'launch template' }[orphan.kind];
}
async function remove(outside, orphan, first, dryRun) {
    const { ec2, runners } = outside;
    const line = { what: sweep_nameOf(orphan), id: orphan.id, why: orphan.reason, failed: false };
    if (dryRun)
        return { ...line, done: 'would be removed' };
    if (orphan.kind === 'machine') {
        await ec2.terminate([orphan.id]);
        return { ...line, done: await removeRunnerOf(outside, orphan.machine, first) };
    }
    if (orphan.kind === 'template')
        await ec2.deleteLaunchTemplate(orphan.id);
    else if ((await runners.deleteRunner(orphan.registration.runnerId)) === 'busy')
        return { ...line, done: 'left: GitHub calls it busy again' };
    return { ...line, done: 'removed' };
}
/** GitHub calls the runner of a dead machine online for a while yet; what it keeps is for the next sweep. */
async function removeRunnerOf({ runners }, { tags }, { registrations }) {
    const own = registrations.find((runner) => runner.name === tags[TAG.runner] && isOwnRegistration(runner));
    if (own === undefined || own.busy)
        return 'removed';
    const answer = await runners.deleteRunner(own.runnerId).catch(() => 'unknown');
    return answer === 'deleted' || answer === 'absent' ? 'removed, with its runner' : 'removed; its runner is not yet';
}

;// CONCATENATED MODULE: ./build/js/flows/undoing.js








/**
 * The post step of a start: takes away what a start made that was cancelled or killed before it delivered,
 * and touches nothing of one that did.
 *
 * @throws Error that says what is left and when it ends by itself
 */
async function undo(outside, request, context) {
    const { log, state } = outside.host;
    const progress = readProgress(state);
    if (progress !== 'begun' && progress !== 'locked')
        return;
    const startJob = startJobOf(request, context);
    const wanted = targetOf({ ...request, mode: 'stop', label: '', 'instance-ids': [], all: false }, context);
    const target = { ...wanted, isJudged: false, startJob: startJob === '' ? undefined : startJob };
    if (progress === 'begun' && (await belongsToAnother(outside, target, startJob))) {
        log.info(`Another start has the same name; what is registered under it is left to that start's stop.`);
        return;
    }
    log.info(`The start did not deliver; taking away what there is of ${target.text}.`);
    const rounds = await takeDownAll(outside, target);
    if (rounds.some((round) => round.problems.length > 0))
        throw new Error(leftovers(target.text, rounds));
}
/** A start that never held its lock may be the second of its name: then what stands there is the first one's. */
async function belongsToAnother({ ec2 }, { identity }, startJob) {
    if (identity === undefined)
        return false;
    const [machines, template] = await Promise.all([
        ec2.machinesByTags(ownershipTags(identity)),
        ec2.launchTemplate(templateNameOf(identity)),
    ]);
    const isAnothers = (tags) => startJob === '' || tags[TAG.startJob] !== startJob;
    return (machines.some((machine) => isAlive(machine) && isAnothers(machine.tags)) ||
        (template !== undefined && isAnothers(template)));
}

;// CONCATENATED MODULE: ./build/js/domain/input-reader.js


/** Every problem of the inputs at once, so that nobody mends them one run at a time. */
class InputError extends Error {
    problems;
    constructor(problems) {
        const inputs = new Set(problems.map((problem) => problem.split(':', 1)[0])).size;
        super(`${inputs === 1 ? 'An input' : `${String(inputs)} inputs`} cannot work:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
        this.name = 'InputError';
        this.problems = problems;
    }
}
/** Reads inputs one by one and collects what is wrong with them; a bad one reads as its default. */
function createReader(source) {
    const basics = createBasics(source);
    const { problem, problems, text, matching, whole } = basics;
    return {
        problem,
        text,
        matching,
        whole,
        optional: (name, pattern, wanted) => text(name, '') === '' ? undefined : matching(name, '', pattern, wanted),
        optionalWhole: (name, least, most, unit) => text(name, '') === '' ? undefined : whole(name, least, least, most, unit),
        name: () => text('name', '') === ''
            ? ''
            : matching('name', '', NAME_PATTERN, 'a name: lower-case letters, digits and `-`, beginning with a letter or digit, at most 24 characters'),
        lines: (name) => source(name)
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== ''),
        list: (name, pattern, wanted) => {
            const entries = splitList(source(name));
            for (const entry of entries)
                if (!pattern.test(entry))
                    problem(name, `\`${entry}\` is not ${wanted}`);
            return [...new Set(entries)];
        },
        choice: (name, choices) => {
            const given = text(name, choices[0]);
            if (choices.includes(given))
                return given;
            problem(name, `\`${given}\` is none of ${choices.map((choice) => `\`${choice}\``).join(', ')}`);
            return choices[0];
        },
        flag: (name, fallback) => {
            const given = text(name, String(fallback)).toLowerCase();
            if (given !== 'true' && given !== 'false')
                problem(name, `\`${given}\` is neither \`true\` nor \`false\``);
            return given === 'true';
        },
        duration: (name, fallback, leastMs, mostMs) => {
            const given = text(name, fallback);
            const value = parseDurationMs(given);
            if (value !== undefined && value >= leastMs && value <= mostMs)
                return value;
            problem(name, `\`${given}\` is no time from ${String(leastMs / 1_000)} s to ${String(mostMs / 3_600_000)} h; write it as \`90s\`, \`10m\` or \`2h\``);
            return parseDurationMs(fallback) ?? leastMs;
        },
        finish: (request) => {
            if (problems.length > 0)
                throw new InputError(problems);
            return request;
        },
    };
}
/** What all other readings are made of. */
function createBasics(source) {
    const problems = [];
    const problem = (name, what) => {
        problems.push(`${name}: ${what}`);
    };
    const text = (name, fallback) => {
        const given = source(name).trim();
        return given === '' ? fallback : given;
    };
    const matching = (name, fallback, pattern, wanted) => {
        const given = text(name, fallback);
        if (pattern.test(given))
            return given;
        problem(name, `\`${given}\` is not ${wanted}`);
        return fallback;
    };
    const whole = (name, fallback, least, most, unit) => {
        const given = text(name, String(fallback));
        const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
        if (value >= least && value <= most)
            return value;
        problem(name, `\`${given}\` is not a whole number from ${String(least)} to ${String(most)} (${unit})`);
        return fallback;
    };
    return { problems, problem, text, matching, whole };
}
/** Entries between commas or new lines, or a JSON list as our own outputs have it; `a,,b` has an entry too many. */
function splitList(text) {
    const trimmed = text.trim();
    const parsed = trimmed.startsWith('[') ? parseJsonList(trimmed) : undefined;
    if (parsed !== undefined)
        return parsed;
    const entries = trimmed.split(/[\n,]/).map((entry) => entry.trim());
    return /^,|,[ \t]*,/.test(trimmed) ? entries : entries.filter((entry) => entry !== '');
}
function parseJsonList(text) {
    try {
        const value = JSON.parse(text);
        return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/js/inputs.js



/** GitHub accepts a registration token for one hour; the rest is for the machine to boot. */
const TOKEN_START_LIMIT_MS = 55 * 60_000;
/**
 * Reads and checks the inputs of the chosen mode. An empty text means the default, as reusable workflows
 * pass it.
 *
 * @param bootScript the text of boot.sh, to know how much room is left for `pre-runner-script`
 * @throws InputError
 */
function readInputs(source, bootScript) {
    const mode = source('mode').trim();
    const reader = createReader(source);
    if (mode === 'start')
        return reader.finish(readStart(reader, bootScript));
    if (mode === 'stop')
        return reader.finish(readStop(reader));
    if (mode === 'sweep')
        return reader.finish({ mode, 'aws-region': readRegion(reader), 'dry-run': reader.flag('dry-run', false) });
    throw new InputError([
        `mode: ${mode === '' ? 'is missing' : `\`${mode}\` is unknown`}; write \`start\`, \`stop\` or \`sweep\``,
    ]);
}
function readStart(read, bootScript) {
    const startTimeoutMs = read.duration('start-timeout', '10m', 5_000, 3 * 3_600_000);
    const request = {
        mode: 'start',
        'aws-region': readRegion(read),
        name: read.name(),
        'start-job': read.matching('start-job', '', /^[\w-]{0,64}$/, 'the id of a job; leave the default'),
        image: readImage(read),
        'instance-types': readInstanceTypes(read),
        subnets: read.list('subnets', /^subnet-[0-9a-f]{8,17}$/, 'a subnet id such as `subnet-0123456789abcdef0`'),
        'security-groups': read.list('security-groups', /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/, 'a security group id or name'),
        'instance-profile': read.optional('instance-profile', /^[\w+=,.@-]{1,128}$/, 'the name of an instance profile, not its ARN'),
        'volume-size': read.optionalWhole('volume-size', 1, 65_536, 'GiB'),
        'volume-type': read.choice('volume-type', ['gp3', 'gp2']),
        market: read.choice('market', ['spot-first', 'spot', 'on-demand']),
        'allocation-strategy': read.choice('allocation-strategy', [
            'price-capacity-optimized',
            'capacity-optimized',
            'capacity-optimized-prioritized',
            'diversified',
            'lowest-price',
        ]),
        'max-price': read.optional('max-price', /^(?=.*[1-9])\d+(\.\d+)?$/, 'US dollars an hour, such as `0.25`'),
        count: read.whole('count', 1, 1, 100, 'runners'),
        'allow-partial': read.flag('allow-partial', false),
        ephemeral: read.flag('ephemeral', true),
        labels: read.list('labels', /^[^\s,\p{Cc}\p{Cs}]{1,100}$/u, 'a label without blanks'),
        'wait-for': read.choice('wait-for', ['online', 'launch']),
        startTimeoutMs,
        capacityTimeoutMs: Math.min(read.duration('capacity-timeout', '5m', 1_000, 3 * 3_600_000), startTimeoutMs),
        maxLifetimeMs: read.duration('max-lifetime', '6h', 60_000, 7 * 86_400_000),
        idleTimeoutMs: read.duration('idle-timeout', '10m', 1_000, 86_400_000),
        keepOnFailureMs: read.text('keep-on-failure', '') === '' ? 0 : read.duration('keep-on-failure', '30m', 1_000, 86_400_000),
        runner: read.choice('runner', ['preinstalled', 'download']),
        'runner-dir': read.matching('runner-dir', '/opt/actions-runner', /^\/[^\0\n]+$/, 'an absolute path'),
        'runner-user': read.matching('runner-user', 'runner', /^[a-z_][a-z0-9_-]{0,31}$/, 'the name of a Linux user'),
        'runner-version': read.matching('runner-version', '', /^(\d+\.\d+\.\d+)?$/, 'a version such as `2.336.0`'),
        'runner-checksum': read.matching('runner-checksum', '', /^([0-9a-f]{64})?$/, 'a SHA-256 in 64 hex digits'),
        'pre-runner-script': read.text('pre-runner-script', ''),
        'job-imds': read.flag('job-imds', false),
        tags: readTags(read),
        'max-runners': read.optionalWhole('max-runners', 1, 10_000, 'machines'),
        'allow-public': read.flag('allow-public', false),
        'dry-run': read.flag('dry-run', false),
    };
    crossCheck(read, request, bootScript);
    return request;
}
function crossCheck(read, request, bootScript) {
    if (!request.ephemeral && request.startTimeoutMs > TOKEN_START_LIMIT_MS)
        read.problem('start-timeout', 'is over 55 minutes: with `ephemeral: false` the machine registers by a token that GitHub accepts for one hour');
    if (request.keepOnFailureMs >= request.maxLifetimeMs)
        read.problem('keep-on-failure', 'is not less than `max-lifetime`: the machine powers itself off then, whatever it is kept for');
    if (request.runner === 'download' && request['runner-version'] !== '' && request['runner-checksum'] === '')
        read.problem('runner-checksum', 'is missing: a pinned `runner-version` is fetched only with its SHA-256; leave both empty for the version that GitHub offers');
    if (request.runner === 'preinstalled' && request['runner-version'] !== '')
        read.problem('runner-version', 'does nothing with `runner: preinstalled`; bake the version into the image, or use `runner: download`');
    if (request['pre-runner-script'].includes('\0')) {
        read.problem('pre-runner-script', 'holds a NUL character, which no shell script can carry');
        return;
    }
    const room = scriptRoom(request['pre-runner-script'], bootScript);
    if (room < 0)
        read.problem('pre-runner-script', `is too long by ${String(-room)} bytes (compressed): EC2 takes 16 KB of user data; put the script into the image, or let it fetch the rest`);
}
function readStop(read) {
    const label = read.text('label', '');
    if (label !== '' && identityOfLabel('', label) === undefined)
        read.problem('label', `\`${label}\` is no label of ours; pass \`needs.<start job>.outputs.label\``);
    return {
        mode: 'stop',
        'aws-region': readRegion(read),
        name: read.name(),
        label,
        'instance-ids': read.list('instance-ids', /^i-[0-9a-f]{8,17}$/, 'an instance id such as `i-0123456789abcdef0`'),
        all: read.flag('all', false),
    };
}
function readRegion(read) {
    const region = read.text('aws-region', '');
    if (region === '')
        read.problem('aws-region', 'is missing; write it here, or let aws-actions/configure-aws-credentials set AWS_REGION before this step');
    else if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region))
        read.problem('aws-region', `\`${region}\` is not a region such as \`eu-central-1\``);
    return region;
}
function readImage(read) {
    const text = read.text('image', '');
    if (text === '')
        read.problem('image', 'is missing; write an AMI id, `ssm:/path` or `name:pattern-*`');
    if (text.startsWith('ssm:')) {
        const path = text.slice('ssm:'.length);
        if (!/^[\w./-]{1,1011}(:\w+)?$/.test(path))
            read.problem('image', `\`${text}\` does not name an SSM parameter; write \`ssm:/path/to/parameter\``);
        return { kind: 'parameter', path };
    }
    if (text.startsWith('name:')) {
        const pattern = text.slice('name:'.length);
        if (!/^[\w ()[\]./'@*?-]{3,128}$/.test(pattern))
            read.problem('image', `\`${text}\` is no name pattern of 3 to 128 characters; write \`name:my-runner-*\``);
        return {
            kind: 'pattern',
            pattern,
            owner: read.matching('image-owner', 'self', /^(self|amazon|aws-marketplace|\d{12})$/, 'an account id, `self` or `amazon`'),
        };
    }
    if (text !== '' && !/^ami-[0-9a-f]{8,17}$/.test(text))
        read.problem('image', `\`${text}\` is no AMI id; write \`ami-...\`, \`ssm:/path\` or \`name:pattern-*\``);
    return { kind: 'id', imageId: text };
}
function readInstanceTypes(read) {
    const types = read.list('instance-types', /^[a-z0-9-]{2,20}\.[a-z0-9-]{2,20}$/, 'an instance type such as `c7i.xlarge`');
    if (types.length === 0)
        read.problem('instance-types', 'is empty; name at least one type, better five or more for spot');
    if (types.length > 60)
        read.problem('instance-types', `names ${String(types.length)} types; 60 are plenty`);
    return types;
}
/** EC2 user guide, "Tag restrictions", with instance metadata tags enabled. */
function readTags(read) {
    const tags = new Map();
    for (const line of read.lines('tags')) {
        const at = line.indexOf('=');
        const key = line.slice(0, at).trim();
        const value = line.slice(at + 1).trim();
        if (at < 1)
            read.problem('tags', `\`${line}\` is no tag; write one \`key=value\` a line`);
        else if (!/^[\w.:=+@-]{1,128}$/.test(key) || /^(aws|ec2-spot-runner):/i.test(key))
            read.problem('tags', `\`${key}\` cannot be a key; use letters, digits and \`.:=+@-_\`, and neither \`aws:\` nor \`ec2-spot-runner:\` in front`);
        else if (value.length > 256)
            read.problem('tags', `the value of \`${key}\` has ${String(value.length)} characters; EC2 takes 256`);
        else
            tags.set(key, value);
    }
    if (tags.size > 35)
        read.problem('tags', 'has more than 35 tags; EC2 takes 50, and we need some');
    return Object.fromEntries(tags);
}

;// CONCATENATED MODULE: ./build/js/retry.js

/** Rides out a minute of trouble: pauses of about 1, 2, 4, 8, 16 and 20 s. */
const PATIENT = { tries: 7, pauseMs: 1_000, pauseLimitMs: 20_000 };
/** A platform that asks for more than this has to be left alone: the start would be over before. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/**
 * Repeats `call` while its failure is one that time mends. The pause has full jitter in its upper half, so
 * that a matrix of starts does not come back in step.
 *
 * @param shouldRepeat which failures to repeat; by default those whose rule says so
 * @throws what the last try threw, with a note where an earlier try may have had its effect
 */
async function retry({ clock, random }, policy, call, shouldRepeat = (failure) => ruleOf(failure).reaction === 'repeat') {
    let isInDoubt = false;
    for (let tries = 1;; tries++) {
        try {
            return await call();
        }
        catch (error) {
            if (!(error instanceof PlatformError))
                throw error;
            const last = isInDoubt ? doubtful(error) : error;
            isInDoubt ||= isOutcomeUnknown(error.failure);
            if (tries >= policy.tries || !shouldRepeat(error.failure))
                throw last;
            const asked = error.failure.retryAfterMs ?? 0;
            if (asked > LONGEST_RETRY_AFTER_MS)
                throw last;
            const pause = Math.min(policy.pauseMs * 2 ** (tries - 1), policy.pauseLimitMs);
            const waitMs = Math.max(asked, pause * (0.5 + random() / 2));
            if (clock.now() + waitMs > (policy.notAfterMs ?? Number.POSITIVE_INFINITY))
                throw last;
            await clock.sleep(waitMs);
        }
    }
}
/** The last try was refused, but one before it may have had its effect: nobody knows what there is now. */
function doubtful(error) {
    if (isOutcomeUnknown(error.failure))
        return error;
    return new PlatformError({ ...error.failure, mayHaveHappened: true }, { cause: error });
}

;// CONCATENATED MODULE: ./build/js/aws/answers.js

/**
 * Of each operation, what stands in every answer of EC2, however little it has to tell: an empty list is there,
 * too. The SDK reads a page of a proxy, or an empty body, as an answer without anything; to believe it would be
 * to find no machine, or to have terminated one. One of the named is enough.
 */
const ALWAYS = {
    CreateFleet: ['FleetId', 'Instances', 'Errors'],
    CreateLaunchTemplate: ['LaunchTemplate'],
    DeleteLaunchTemplate: ['LaunchTemplate'],
    DescribeImages: ['Images'],
    DescribeInstances: ['Reservations'],
    DescribeInstanceTypeOfferings: ['InstanceTypeOfferings'],
    DescribeInstanceTypes: ['InstanceTypes'],
    DescribeLaunchTemplates: ['LaunchTemplates'],
    DescribeSecurityGroups: ['SecurityGroups'],
    DescribeSpotInstanceRequests: ['SpotInstanceRequests'],
    DescribeSubnets: ['Subnets'],
    TerminateInstances: ['TerminatingInstances'],
};
/** @throws PlatformError where AWS cannot have answered this: as after no answer, nobody knows what happened */
function requireAnswer(operation, answer) {
    const always = ALWAYS[operation] ?? [];
    const has = (member) => answer[member] !== undefined;
    if (always.length > 0 && !always.some(has))
        throw malformed(operation, `no ${always.join(', ')}`);
}
/** An answer that lacks what every answer has: EC2 did not give it, or it was cut on its way. */
function malformed(operation, what) {
    return new PlatformError({
        service: 'aws',
        operation,
        code: 'HTTP 502',
        status: 502,
        message: `the answer was not what EC2 answers: ${what}`,
    });
}

;// CONCATENATED MODULE: ./build/js/aws/errors.js



/** Calls AWS; what it throws becomes a `PlatformError`. */
async function call(send, operation, input) {
    const answer = await send(operation, input).catch((error) => {
        if (isOwnFault(error))
            throw error;
        throw new PlatformError(failureOf(operation, error), { cause: error });
    });
    requireAnswer(operation, answer);
    return answer;
}
/** Node's codes for a connection that gave no answer. */
const BROKEN_CONNECTION = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|UND_ERR)/;
/** What the SDK throws, by kind: an error of the service, a timeout, a broken connection, or an answer that was no XML. */
function failureOf(operation, error) {
    const text = messageOf(error);
    const base = { service: 'aws', operation, message: text };
    const { name, code, status, fault } = traits(error);
    if (name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT')
        return { ...base, code: 'Timeout' };
    if (code !== undefined && BROKEN_CONNECTION.test(code))
        return { ...base, code: 'Network' };
    // An answer of success that cannot be read makes the SDK throw an error of its own, with that status.
    const isRefusal = status !== undefined && status >= 400 && name !== 'Error' && name !== 'SyntaxError';
    const isService = fault || isRefusal;
    if (isService && name !== undefined)
        return { ...base, code: name, ...(status === undefined ? {} : { status }) };
    if (status !== undefined)
        return {
            ...base,
            code: `HTTP ${String(status)}`,
            status: status < 400 ? 502 : status,
            message: 'the answer was not what EC2 answers',
        };
    return { ...base, code: name === undefined || name === 'Error' ? 'Network' : name };
}
function traits(error) {
    if (!(error instanceof Error))
        return { name: undefined, code: undefined, status: undefined, fault: false };
    const extra = error;
    const status = extra.$metadata?.httpStatusCode;
    return {
        name: error.name,
        code: typeof extra.code === 'string' ? extra.code : undefined,
        status: typeof status === 'number' ? status : undefined,
        fault: extra.$fault !== undefined,
    };
}

;// CONCATENATED MODULE: ./build/js/aws/machines.js

const STATES = [
    'pending',
    'running',
    'shutting-down',
    'terminated',
    'stopping',
    'stopped',
];
/**
 * What we need of an instance. A state that we do not know counts as alive.
 *
 * @throws PlatformError where it has no id: to leave it out would be to say that it is not there
 */
function machineOf(instance) {
    if (instance.InstanceId === undefined)
        throw malformed('DescribeInstances', 'an instance without id');
    const state = instance.State?.Name ?? '';
    return {
        instanceId: instance.InstanceId,
        state: STATES.includes(state) ? state : 'running',
        // EC2 leaves `InstanceLifecycle` out for on-demand.
        market: instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
        instanceType: instance.InstanceType ?? '',
        availabilityZone: instance.Placement?.AvailabilityZone ?? '',
        // Without a date a machine counts as new: its deadline still holds.
        launchedAtMs: instance.LaunchTime?.getTime() ?? Number.POSITIVE_INFINITY,
        ...(instance.StateReason?.Code === undefined ? {} : { reasonCode: instance.StateReason.Code }),
        ...(instance.StateReason?.Message === undefined ? {} : { reasonMessage: instance.StateReason.Message }),
        ...(instance.StateTransitionReason === undefined || instance.StateTransitionReason === ''
            ? {}
            : { transition: instance.StateTransitionReason }),
        ...(instance.SpotInstanceRequestId === undefined ? {} : { spotRequestId: instance.SpotInstanceRequestId }),
        tags: tagsOf(instance.Tags),
    };
}
function spotRequestOf(request) {
    if (request.SpotInstanceRequestId === undefined)
        return undefined;
    return {
        spotRequestId: request.SpotInstanceRequestId,
        instanceId: request.InstanceId,
        instanceType: request.LaunchSpecification?.InstanceType ?? '',
        availabilityZone: request.LaunchedAvailabilityZone ?? '',
        statusCode: request.Status?.Code ?? '',
        statusAtMs: request.Status?.UpdateTime?.getTime() ?? 0,
    };
}
function tagsOf(tags) {
    return Object.fromEntries((tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])));
}
function tagList(tags) {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
/** EC2's `x86_64` and `arm64`; undefined for what a runner does not exist for. */
function architectureOf(name) {
    if (name === 'x86_64')
        return 'x64';
    return name === 'arm64' ? 'arm64' : undefined;
}

;// CONCATENATED MODULE: ./build/js/aws/paging.js
/** More pages than any account has: a listing that does not end is broken, and says so. */
const MOST_PAGES = 500;
/**
 * Reads a listing to its end.
 *
 * @throws Error where it does not end
 */
async function allPages(read, items) {
    const all = [];
    let token;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
        const page = await read(token);
        all.push(...items(page));
        token = page.NextToken;
        if (token === undefined || token === '')
            return all;
    }
    throw new Error(`a listing of EC2 did not end within ${String(MOST_PAGES)} pages`);
}

;// CONCATENATED MODULE: ./build/js/aws/images.js



/**
 * The image that `image` means; of several that fit a pattern, the newest.
 *
 * @throws PlatformError where there is none, or none that can boot a runner
 */
async function findImage(send, reference) {
    if (reference.kind === 'pattern')
        return newest(send, reference.pattern, reference.owner);
    const imageId = reference.kind === 'id' ? reference.imageId : await parameter(send, reference.path);
    const answer = await send('DescribeImages', { ImageIds: [imageId] });
    return usable(answer.Images?.[0], imageId);
}
async function newest(send, pattern, owner) {
    const Filters = [
        { Name: 'name', Values: [pattern] },
        { Name: 'state', Values: ['available'] },
    ];
    const images = await allPages((NextToken) => send('DescribeImages', { Owners: [owner], Filters, NextToken }), (page) => page.Images ?? []);
    const [latest] = images.toSorted((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''));
    return usable(latest, `name:${pattern} of owner ${owner}`);
}
async function parameter(send, path) {
    const { Parameter } = await send('GetParameter', { Name: path });
    const value = Parameter?.Value?.trim() ?? '';
    if (/^ami-[0-9a-f]{8,17}$/.test(value))
        return value;
    throw refused('GetParameter', 'InvalidAMIID.Malformed', `the SSM parameter ${path} does not hold an AMI id`);
}
function usable(image, wanted) {
    if (image?.ImageId === undefined)
        throw refused('DescribeImages', 'InvalidAMIID.NotFound', `no image ${wanted} in this region`);
    if (image.State !== 'available')
        throw refused('DescribeImages', 'InvalidAMIID.Unavailable', `${image.ImageId} is ${image.State ?? 'in no state'}`);
    const architecture = architectureOf(image.Architecture);
    if (architecture === undefined)
        throw refused('DescribeImages', 'UnsupportedOperation', `${image.ImageId} is ${image.Architecture ?? 'of no architecture'}; a runner needs x86_64 or arm64`);
    const rootDeviceName = image.RootDeviceName ?? '/dev/sda1';
    const root = image.BlockDeviceMappings?.find((mapping) => mapping.DeviceName === rootDeviceName);
    return {
        imageId: image.ImageId,
        name: image.Name ?? '',
        architecture,
        rootDeviceName,
        rootVolumeSize: root?.Ebs?.VolumeSize ?? 0,
        tags: tagsOf(image.Tags),
    };
}
function refused(operation, code, message) {
    return new PlatformError({ service: 'aws', operation, code, message, status: 400 });
}

;// CONCATENATED MODULE: ./build/js/aws/launch.js


/**
 * One instant fleet of one machine. EC2 answers 200 even where it launched nothing, and may report errors
 * beside a machine: the pools it tried first. So a machine counts before any error does.
 */
async function launch(send, request) {
    const answer = await send('CreateFleet', fleetOf(request));
    const instances = answer.Instances ?? [];
    const [machine] = instances.flatMap((instance) => launchedBy(instance, request));
    if (machine === undefined && instances.length > 0)
        throw malformed('CreateFleet', 'an instance without id');
    return { machine, failures: (answer.Errors ?? []).map((error) => poolFailure(error, request)) };
}
function fleetOf(request) {
    const spot = request.market === 'spot';
    return {
        Type: 'instant',
        ClientToken: request.clientToken,
        LaunchTemplateConfigs: [
            {
                LaunchTemplateSpecification: {
                    LaunchTemplateName: request.templateName,
                    Version: '1',
                    LaunchTemplateSpecificationUserData: request.userData,
                },
                Overrides: request.pools.map((pool) => overrideOf(request, pool)),
            },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: request.market },
        ...(spot
            ? {
                SpotOptions: {
                    AllocationStrategy: request.allocationStrategy,
                    InstanceInterruptionBehavior: 'terminate',
                },
            }
            : { OnDemandOptions: { AllocationStrategy: 'prioritized' } }),
        TagSpecifications: ['fleet', 'instance', 'volume', 'network-interface'].map((ResourceType) => ({
            ResourceType,
            Tags: tagList(request.tags),
        })),
    };
}
/** Priority counts types, not pools: zones of one type are equally good. */
function overrideOf(request, pool) {
    const types = [...new Set(request.pools.map(({ instanceType }) => instanceType))];
    const honoursPriority = request.market === 'on-demand' || request.allocationStrategy === 'capacity-optimized-prioritized';
    return {
        InstanceType: pool.instanceType,
        SubnetId: pool.subnetId,
        ...(honoursPriority ? { Priority: types.indexOf(pool.instanceType) } : {}),
        ...(request.market === 'spot' && request.maxPrice !== undefined ? { MaxPrice: request.maxPrice } : {}),
    };
}
function launchedBy(instance, request) {
    const overrides = instance.LaunchTemplateAndOverrides?.Overrides;
    const subnetId = instance.SubnetId ?? overrides?.SubnetId;
    const market = instance.Lifecycle === undefined ? request.market : instance.Lifecycle === 'spot' ? 'spot' : 'on-demand';
    return (instance.InstanceIds ?? []).map((instanceId) => ({
        instanceId,
        market,
        instanceType: instance.InstanceType ?? overrides?.InstanceType ?? '',
        availabilityZone: instance.AvailabilityZone ?? request.pools.find((pool) => pool.subnetId === subnetId)?.availabilityZone ?? '',
    }));
}
function poolFailure(error, request) {
    const overrides = error.LaunchTemplateAndOverrides?.Overrides;
    const pool = request.pools.find((asked) => asked.instanceType === overrides?.InstanceType && asked.subnetId === overrides.SubnetId);
    return {
        pool,
        failure: {
            service: 'aws',
            operation: 'CreateFleet',
            code: error.ErrorCode ?? 'Unknown',
            message: error.ErrorMessage ?? '',
        },
    };
}

;// CONCATENATED MODULE: ./build/js/aws/launch-templates.js




/** What a machine of ours makes besides itself: all of it is tagged, and all of it goes with it. */
const TAGGED = ['instance', 'volume', 'network-interface'];
/** Creates the template, or tells whose it is where the name is taken. */
async function createLaunchTemplate(send, plan) {
    try {
        await send('CreateLaunchTemplate', {
            LaunchTemplateName: plan.templateName,
            ClientToken: plan.clientToken,
            LaunchTemplateData: templateData(plan),
            TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(plan.tags) }],
        });
        return 'created';
    }
    catch (error) {
        if (!(error instanceof PlatformError) || !isTaken(error.failure.code))
            throw error;
        return { takenBy: (await launchTemplateTags(send, plan.templateName)) ?? {} };
    }
}
/** The same token with another plan means the same thing as a taken name: somebody was here before. */
function isTaken(code) {
    return code === 'InvalidLaunchTemplateName.AlreadyExistsException' || code === 'IdempotentParameterMismatch';
}
function templateData(plan) {
    return {
        ImageId: plan.imageId,
        UserData: plan.userData,
        // A machine that powers itself off is gone: no right in IAM is needed to die.
        InstanceInitiatedShutdownBehavior: 'terminate',
        // One hop: containers of a job cannot reach the metadata service.
        MetadataOptions: {
            HttpTokens: 'required',
            HttpEndpoint: 'enabled',
            HttpPutResponseHopLimit: 1,
            InstanceMetadataTags: 'enabled',
        },
        BlockDeviceMappings: [
            {
                DeviceName: plan.rootDeviceName,
                Ebs: {
                    DeleteOnTermination: true,
                    Encrypted: true,
                    VolumeType: plan.volumeType,
                    ...(plan.volumeSize === undefined ? {} : { VolumeSize: plan.volumeSize }),
                },
            },
        ],
        ...(plan.securityGroupIds.length === 0 ? {} : { SecurityGroupIds: [...plan.securityGroupIds] }),
        ...(plan.instanceProfile === undefined ? {} : { IamInstanceProfile: { Name: plan.instanceProfile } }),
        TagSpecifications: TAGGED.map((ResourceType) => ({ ResourceType, Tags: tagList(plan.tags) })),
    };
}
/** Undefined where EC2 knows no template of this name, or does not know it yet. */
async function launchTemplateTags(send, templateName) {
    try {
        const answer = await send('DescribeLaunchTemplates', { LaunchTemplateNames: [templateName] });
        return tagsOf(answer.LaunchTemplates?.[0]?.Tags);
    }
    catch (error) {
        if (isUnknown(error))
            return undefined;
        throw error;
    }
}
async function deleteLaunchTemplate(send, templateName) {
    try {
        await send('DeleteLaunchTemplate', { LaunchTemplateName: templateName });
        return 'deleted';
    }
    catch (error) {
        if (isUnknown(error))
            return 'absent';
        // What does not exist has no tags: a policy that asks for them may refuse where there is nothing to delete.
        if (isRefused(error) && (await launchTemplateTags(send, templateName)) === undefined)
            return 'absent';
        throw error;
    }
}
function isRefused(error) {
    return error instanceof PlatformError && ruleOf(error.failure).class === 'permission';
}
function isUnknown(error) {
    return error instanceof PlatformError && /^InvalidLaunchTemplate(Name|Id)\.NotFound/.test(error.failure.code);
}
async function launchTemplatesByTags(send, filters) {
    return allPages((NextToken) => send('DescribeLaunchTemplates', { Filters: filters, MaxResults: 200, NextToken }), (page) => (page.LaunchTemplates ?? []).map(({ LaunchTemplateName, CreateTime, Tags }) => {
        if (LaunchTemplateName === undefined)
            throw malformed('DescribeLaunchTemplates', 'a template without name');
        return {
            templateName: LaunchTemplateName,
            createdAtMs: CreateTime?.getTime() ?? Number.POSITIVE_INFINITY,
            tags: tagsOf(Tags),
        };
    }));
}

;// CONCATENATED MODULE: ./build/js/aws/ec2.js








/** EC2's limit for a filter: 200 values (API reference, `Filter`). */
const IDS_A_CALL = 200;
/** The EC2 port over one door. Every call here may be repeated: it reads, deletes, or carries a client token. */
function createEc2(door, host) {
    const send = (operation, input) => retry(host, PATIENT, () => call(door, operation, input));
    return {
        caller: async () => (await send('GetCallerIdentity', {})).Arn ?? 'unknown',
        image: (reference) => findImage(send, reference),
        subnets: (ids) => describeSubnets(send, ids),
        securityGroups: (idsOrNames, vpcId) => securityGroupIds(send, idsOrNames, vpcId),
        instanceTypes: (types) => describeInstanceTypes(send, types),
        offerings: (types) => describeOfferings(send, types),
        machinesByTags: (tags) => describeInstances(send, tagFilters(tags)),
        machinesById: (ids) => machinesById(send, ids),
        createLaunchTemplate: (plan) => createLaunchTemplate(send, plan),
        launchTemplate: (name) => launchTemplateTags(send, name),
        deleteLaunchTemplate: (name) => deleteLaunchTemplate(send, name),
        launchTemplatesByTags: (tags) => launchTemplatesByTags(send, tagFilters(tags)),
        launch: (request) => launch((operation, input) => retry(host, { ...PATIENT, notAfterMs: request.notAfterMs }, () => call(door, operation, input)), request),
        terminate: (ids) => ec2_terminate(send, host.clock, ids),
        spotRequests: (ids) => spotRequests(send, ids),
        console: (instanceId) => ec2_consoleOf(send, instanceId),
    };
}
function tagFilters(tags) {
    return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}
function describeInstances(send, filters) {
    return allPages((NextToken) => send('DescribeInstances', { Filters: filters, MaxResults: 1000, NextToken }), (page) => (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []).map(machineOf));
}
/** By filter, not by `InstanceIds`: one id that EC2 has forgotten would fail the whole call. */
async function machinesById(send, ids) {
    const found = [];
    for (const some of chunks(ids))
        found.push(...(await describeInstances(send, [{ Name: 'instance-id', Values: some }])));
    return found;
}
async function spotRequests(send, ids) {
    const found = [];
    for (const some of chunks(ids)) {
        const page = await allPages((NextToken) => send('DescribeSpotInstanceRequests', {
            Filters: [{ Name: 'spot-instance-request-id', Values: some }],
            MaxResults: 1000,
            NextToken,
        }), (answer) => (answer.SpotInstanceRequests ?? []).flatMap((request) => spotRequestOf(request) ?? []));
        found.push(...page);
    }
    return found;
}
function chunks(ids) {
    const count = Math.ceil(ids.length / IDS_A_CALL);
    return Array.from({ length: count }, (_, index) => ids.slice(index * IDS_A_CALL, (index + 1) * IDS_A_CALL));
}
/** EC2 may not know an instance for a moment after it launched it; only an id that stays unknown is of one long gone. */
const UNKNOWN_TRIES = 3;
const UNKNOWN_PAUSE_MS = 2_000;
/** EC2 terminates none where one id is unknown, so the unknown ones are taken out and the rest is asked again. */
async function ec2_terminate(send, clock, ids) {
    let left = [...ids];
    for (let tries = 1; left.length > 0;) {
        try {
            await send('TerminateInstances', { InstanceIds: left });
            return;
        }
        catch (error) {
            if (!(error instanceof PlatformError) || error.failure.code !== 'InvalidInstanceID.NotFound')
                throw error;
            if (tries++ < UNKNOWN_TRIES) {
                await clock.sleep(UNKNOWN_PAUSE_MS);
                continue;
            }
            const known = left.filter((id) => !error.failure.message.includes(id));
            if (known.length === left.length)
                throw error;
            left = known;
        }
    }
}
async function describeSubnets(send, ids) {
    const which = ids.length === 0 ? { Filters: [{ Name: 'default-for-az', Values: ['true'] }] } : { SubnetIds: [...ids] };
    const answer = await send('DescribeSubnets', which);
    return (answer.Subnets ?? []).flatMap(({ SubnetId, AvailabilityZone, VpcId, AvailableIpAddressCount }) => SubnetId === undefined || AvailabilityZone === undefined
        ? []
        : [
            {
                subnetId: SubnetId,
                availabilityZone: AvailabilityZone,
                vpcId: VpcId ?? '',
                freeAddresses: AvailableIpAddressCount ?? 0,
            },
        ]);
}
async function securityGroupIds(send, idsOrNames, vpcId) {
    const isId = (text) => /^sg-[0-9a-f]{8,17}$/.test(text);
    const names = idsOrNames.filter((text) => !isId(text));
    if (names.length === 0)
        return [...idsOrNames];
    const Filters = [
        { Name: 'group-name', Values: names },
        { Name: 'vpc-id', Values: [vpcId] },
    ];
    const groups = await allPages((NextToken) => send('DescribeSecurityGroups', { Filters, NextToken }), (page) => page.SecurityGroups ?? []);
    return idsOrNames.map((text) => {
        const id = isId(text) ? text : groups.find((group) => group.GroupName === text)?.GroupId;
        if (id !== undefined)
            return id;
        throw new PlatformError({
            service: 'aws',
            operation: 'DescribeSecurityGroups',
            code: 'InvalidGroup.NotFound',
            message: `${vpcId} has no security group named "${text}"`,
        });
    });
}
/** Unknown types are left out by a filter; naming them as `InstanceTypes` would fail the call. */
function describeInstanceTypes(send, types) {
    return allPages((NextToken) => send('DescribeInstanceTypes', { Filters: [{ Name: 'instance-type', Values: [...types] }], NextToken }), (page) => (page.InstanceTypes ?? []).flatMap(({ InstanceType, ProcessorInfo }) => InstanceType === undefined
        ? []
        : [
            {
                instanceType: InstanceType,
                architectures: (ProcessorInfo?.SupportedArchitectures ?? []).flatMap((name) => architectureOf(name) ?? []),
            },
        ]));
}
function describeOfferings(send, types) {
    return allPages((NextToken) => send('DescribeInstanceTypeOfferings', {
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [...types] }],
        NextToken,
    }), (page) => (page.InstanceTypeOfferings ?? []).flatMap(({ InstanceType, Location }) => InstanceType === undefined || Location === undefined
        ? []
        : [{ instanceType: InstanceType, availabilityZone: Location }]));
}
async function ec2_consoleOf(send, instanceId) {
    const answer = await send('GetConsoleOutput', { InstanceId: instanceId, Latest: true });
    return Buffer.from(answer.Output ?? '', 'base64').toString('utf8');
}

;// CONCATENATED MODULE: ./build/js/github/answers.js

/** Where GitHub answers with `status`, that is an answer and not an error. */
async function unless(status, answer, body) {
    try {
        return await body();
    }
    catch (error) {
        if (error instanceof PlatformError && error.failure.status === status)
            return answer;
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/js/github/errors.js


/** Calls GitHub; what it throws becomes a `PlatformError`. */
async function errors_call(request, nowMs, route, parameters) {
    const answer = await request(route, parameters).catch((error) => {
        if (isOwnFault(error))
            throw error;
        throw new PlatformError(errors_failureOf(route, error, nowMs), { cause: error });
    });
    // GitHub answers with JSON or with nothing: a page with status 200 is of a proxy, and GitHub has heard nothing.
    if (typeof answer.data === 'string' && answer.data !== '')
        throw new PlatformError(pageFrom(route));
    return answer;
}
function pageFrom(route) {
    const message = 'the answer was not what GitHub answers';
    return { service: 'github', operation: route, code: 'HTTP 502', status: 502, message };
}
/** What octokit throws: a refusal has a `response`, a request without an answer has none. */
function errors_failureOf(route, error, nowMs) {
    const base = { service: 'github', operation: route };
    const text = messageOf(error);
    const { status, headers, message } = responseOf(error);
    if (status === undefined)
        return { ...base, code: isTimeout(error) ? 'Timeout' : 'Network', message: text };
    const retryAfterMs = retryAfter(headers, nowMs);
    const limited = status === 429 || (status === 403 && (retryAfterMs !== undefined || /rate limit/i.test(message ?? '')));
    return {
        ...base,
        code: limited ? 'RateLimited' : `HTTP ${String(status)}`,
        status,
        message: message ?? 'the answer was not what GitHub answers',
        ...(limited && retryAfterMs !== undefined ? { retryAfterMs } : {}),
    };
}
function responseOf(error) {
    const response = isRecord(error) ? error['response'] : undefined;
    if (!isRecord(response) || typeof response['status'] !== 'number')
        return { status: undefined, headers: {}, message: undefined };
    const body = response['data'];
    return {
        status: response['status'],
        headers: isRecord(response['headers']) ? response['headers'] : {},
        message: isRecord(body) && typeof body['message'] === 'string' ? body['message'] : undefined,
    };
}
/** GitHub REST, "Rate limits": `retry-after` in seconds for secondary limits, `x-ratelimit-reset` in epoch seconds once nothing remains. */
function retryAfter(headers, nowMs) {
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    if (Number.isFinite(seconds))
        return seconds * 1_000;
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
    return String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)
        ? Math.max(0, reset * 1_000 - nowMs)
        : undefined;
}
function isTimeout(error) {
    return (error instanceof Error &&
        (/timed? ?out|aborted/i.test(error.message) || error.name === 'AbortError' || error.name === 'TimeoutError'));
}
function isRecord(value) {
    return typeof value === 'object' && value !== null;
}

;// CONCATENATED MODULE: ./build/js/github/paging.js
/** GitHub's largest page. */
const PAGE_SIZE = 100;
/** 10,000 runners is GitHub's limit for a group, 256 jobs for a matrix; a listing beyond this is broken. */
const paging_MOST_PAGES = 200;
/** Reads a listing to its end: a page that is not full is the last one. */
async function paging_allPages(read, items) {
    const all = [];
    for (let page = 1; page <= paging_MOST_PAGES; page++) {
        const response = await read({ per_page: PAGE_SIZE, page });
        const found = items(response.data);
        all.push(...found);
        if (!hasNext(response, found.length))
            return all;
    }
    throw new Error(`a listing of GitHub did not end within ${String(paging_MOST_PAGES)} pages`);
}
/** The `Link` header knows best; where a proxy has dropped it, a full page means there may be more. */
function hasNext({ headers }, found) {
    const link = headers['link'];
    return typeof link === 'string' ? link.includes('rel="next"') : found >= PAGE_SIZE;
}

;// CONCATENATED MODULE: ./build/js/github/readers.js


const readers_STATES = [
    'queued',
    'in_progress',
    'completed',
    'pending',
    'waiting',
    'requested',
];
/**
 * A runner of GitHub's answer.
 *
 * @throws PlatformError where the answer has not the documented shape: to take it for "nothing there" would leave a runner behind
 */
function registrationOf(route, value) {
    const { id, name, status, busy, labels } = recordOf(route, value);
    if (typeof id !== 'number' || typeof name !== 'string')
        throw readers_malformed(route, 'a runner without id or name');
    return { runnerId: id, name, online: status === 'online', busy: busy === true, labels: readers_labelsOf(labels) };
}
function jobOf(route, value) {
    const job = recordOf(route, value);
    const { id, name } = job;
    if (typeof id !== 'number' || typeof name !== 'string')
        throw readers_malformed(route, 'a job without id or name');
    return {
        jobId: id,
        name,
        runAttempt: typeof job['run_attempt'] === 'number' ? job['run_attempt'] : 1,
        state: stateOf(job['status']),
        conclusion: textOf(job['conclusion']),
        runnerName: textOf(job['runner_name']),
        labels: readers_labelsOf(job['labels']),
        startedAtMs: instantOf(job['started_at']),
        completedAtMs: instantOf(job['completed_at']),
        steps: (Array.isArray(job['steps']) ? job['steps'] : []).map((step) => stepOf(recordOf(route, step))),
    };
}
function runOf(route, value) {
    const run = recordOf(route, value);
    const { id, run_attempt: runAttempt, status } = run;
    if (typeof id !== 'number' || typeof status !== 'string')
        throw readers_malformed(route, 'a run without id or status');
    return {
        runId: id,
        runAttempt: typeof runAttempt === 'number' ? runAttempt : 1,
        state: status,
        conclusion: textOf(run['conclusion']),
        startedAtMs: instantOf(run['run_started_at']),
        updatedAtMs: instantOf(run['updated_at']),
    };
}
function stepOf(step) {
    return { name: textOf(step['name']) ?? '', state: stateOf(step['status']), conclusion: textOf(step['conclusion']) };
}
/** The list under `key`; a listing without it is broken, not empty. */
function listOf(route, answer, key) {
    return entriesOf(route, recordOf(route, answer)[key], key);
}
/** The entries of a list that stands by itself. */
function entriesOf(route, list, what = 'entries') {
    if (!Array.isArray(list))
        throw readers_malformed(route, `no list of ${what}`);
    return list;
}
function recordOf(route, value) {
    if (!isRecord(value))
        throw readers_malformed(route, 'no JSON object');
    return value;
}
function secretOf(route, value, key) {
    const secret = recordOf(route, value)[key];
    if (typeof secret !== 'string' || secret === '')
        throw readers_malformed(route, `no ${key}`);
    return secret;
}
function readers_malformed(route, what) {
    return new PlatformError({
        service: 'github',
        operation: route,
        code: 'HTTP 502',
        status: 502,
        message: `the answer has ${what}`,
    });
}
function readers_labelsOf(value) {
    if (!Array.isArray(value))
        return [];
    return value.flatMap((label) => (isRecord(label) ? (textOf(label['name']) ?? []) : (textOf(label) ?? [])));
}
/** A state that we do not know has not ended. */
function stateOf(value) {
    return typeof value === 'string' && readers_STATES.includes(value) ? value : 'in_progress';
}
function textOf(value) {
    return typeof value === 'string' && value !== '' ? value : undefined;
}
function instantOf(value) {
    const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
}

;// CONCATENATED MODULE: ./build/js/github/actions.js





const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs';
const RUNS = 'GET /repos/{owner}/{repo}/actions/runs';
const RUN = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
const CURRENT_JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs';
const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel';
const RERUN = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun';
const RERUN_JOB = 'POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun';
const REPOSITORY = 'GET /repos/{owner}/{repo}';
/** The actions port over one door, for one repository. */
function createActions(door, repository, host) {
    const [owner = '', repo = ''] = repository.split('/');
    const request = (route, parameters = {}) => retry(host, PATIENT, () => errors_call(door, host.clock.now(), route, { owner, repo, ...parameters }));
    return {
        jobs: (runId, runAttempt) => paging_allPages((page) => request(JOBS, { run_id: runId, attempt_number: runAttempt, ...page }), (answer) => listOf(JOBS, answer, 'jobs').map((job) => jobOf(JOBS, job))),
        activeRuns: async () => {
            const listed = await Promise.all(['queued', 'in_progress'].map((status) => paging_allPages((page) => request(RUNS, { status, ...page }), (answer) => listOf(RUNS, answer, 'workflow_runs').map((run) => runOf(RUNS, run)))));
            // A run may pass from one list to the other between the two questions.
            return [...new Map(listed.flat().map((run) => [run.runId, run])).values()];
        },
        run: (runId) => unless(404, undefined, async () => runOf(RUN, (await request(RUN, { run_id: runId })).data)),
        currentJobs: (runId) => paging_allPages((page) => request(CURRENT_JOBS, { run_id: runId, filter: 'latest', ...page }), (answer) => listOf(CURRENT_JOBS, answer, 'jobs').map((job) => jobOf(CURRENT_JOBS, job))),
        cancelRun: async (runId) => {
            // 409: the run is over, which is all we want of it.
            await unless(409, undefined, () => request(CANCEL, { run_id: runId }));
        },
        rerunAllJobs: async (runId) => {
            await request(RERUN, { run_id: runId });
        },
        rerunJob: (jobId) => unless(403, 'refused', async () => {
            await request(RERUN_JOB, { job_id: jobId });
            return 'begun';
        }),
        repositoryIsPublic: async () => recordOf(REPOSITORY, (await request(REPOSITORY)).data)['private'] !== true,
    };
}

;// CONCATENATED MODULE: ./build/js/github/runners.js





const JIT = 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig';
const TOKEN = 'POST /repos/{owner}/{repo}/actions/runners/registration-token';
const LIST = 'GET /repos/{owner}/{repo}/actions/runners';
const ONE = 'GET /repos/{owner}/{repo}/actions/runners/{runner_id}';
const DELETE = 'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}';
const DOWNLOADS = 'GET /repos/{owner}/{repo}/actions/runners/downloads';
/** The default group, in which every repository runner is (GitHub REST, "Self-hosted runners"). */
const DEFAULT_GROUP = 1;
/** The runners port over one door, for one repository. */
function createRunners(door, repository, host) {
    const [owner = '', repo = ''] = repository.split('/');
    const request = (route, parameters = {}) => retry(host, PATIENT, () => errors_call(door, host.clock.now(), route, { owner, repo, ...parameters }));
    const list = (filter) => paging_allPages((page) => request(LIST, { ...filter, ...page }), (answer) => listOf(LIST, answer, 'runners').map((runner) => registrationOf(LIST, runner)));
    return {
        createJitRunner: (name, labels) => unless(409, 'taken', async () => {
            const { data } = await request(JIT, { name, labels, runner_group_id: DEFAULT_GROUP });
            return {
                registration: registrationOf(JIT, recordOf(JIT, data)['runner']),
                jitConfig: secretOf(JIT, data, 'encoded_jit_config'),
            };
        }),
        createRegistrationToken: async () => secretOf(TOKEN, (await request(TOKEN)).data, 'token'),
        runner: (runnerId) => unless(404, undefined, async () => registrationOf(ONE, (await request(ONE, { runner_id: runnerId })).data)),
        runnerByName: async (name) => (await list({ name })).find((runner) => runner.name === name),
        runners: () => list({}),
        deleteRunner: (runnerId) => unless(422, 'busy', () => unless(404, 'absent', async () => {
            await request(DELETE, { runner_id: runnerId });
            return 'deleted';
        })),
        downloads: async () => {
            const { data } = await request(DOWNLOADS);
            return entriesOf(DOWNLOADS, data).flatMap((entry) => runners_downloadOf(recordOf(DOWNLOADS, entry)) ?? []);
        },
    };
}
function runners_downloadOf(entry) {
    const { os, architecture, download_url: url, sha256_checksum: sha256 } = entry;
    if (os !== 'linux' || typeof url !== 'string' || typeof sha256 !== 'string')
        return undefined;
    return architecture === 'x64' || architecture === 'arm64' ? { architecture, url, sha256 } : undefined;
}

;// CONCATENATED MODULE: ./build/js/host/aws-door.js
/** The slowest call that we make, CreateFleet, answers in two seconds as a rule. */
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 5_000;
/**
 * The door to AWS, over the SDK, with its usual credentials and endpoints. A client is loaded when it is
 * first used. The SDK's own retry is off: it would repeat a launch where we have to think first.
 */
function createAwsDoor(region) {
    const settings = {
        region,
        maxAttempts: 1,
        requestHandler: {
            connectionTimeout: CONNECTION_TIMEOUT_MS,
            requestTimeout: REQUEST_TIMEOUT_MS,
            throwOnRequestTimeout: true,
        },
    };
    const services = new Map();
    const serviceOf = (operation) => {
        const name = operation === 'GetParameter' ? 'ssm' : operation === 'GetCallerIdentity' ? 'sts' : 'ec2';
        const known = services.get(name);
        if (known !== undefined)
            return known;
        const loaded = load(name, settings);
        services.set(name, loaded);
        return loaded;
    };
    return async (operation, input) => {
        const { client, commands } = await serviceOf(operation);
        const Command = commands[operation];
        if (Command === undefined)
            throw new TypeError(`${operation} is not among the commands of its client`);
        return (await client.send(new Command(input)));
    };
}
async function load(name, settings) {
    const { createClient, commands } = await (name === 'ssm'
        ? Promise.all(/* import() */[__nccwpck_require__.e(861), __nccwpck_require__.e(318)]).then(__nccwpck_require__.bind(__nccwpck_require__, 6318))
        : name === 'sts'
            ? Promise.all(/* import() */[__nccwpck_require__.e(861), __nccwpck_require__.e(865)]).then(__nccwpck_require__.bind(__nccwpck_require__, 8865))
            : Promise.all(/* import() */[__nccwpck_require__.e(861), __nccwpck_require__.e(407)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2407)));
    return {
        client: createClient(settings),
        commands: commands,
    };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./build/js/host/boot-script.js


/**
 * The text of boot.sh. It lies beside the bundle, where anybody can read what their machines will run.
 *
 * @param entry the path of the running script
 */
function readBootScript(entry) {
    return (0,external_node_fs_.readFileSync)((0,external_node_path_.join)((0,external_node_path_.dirname)(entry), 'boot.sh'), 'utf8');
}

;// CONCATENATED MODULE: ./build/js/host/clock.js
const systemClock = {
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
const systemRandom = () => Math.random();

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./build/js/host/job.js







// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}

/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}

// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}

var __awaiter$1 = ( false) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return __awaiter$1(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return __awaiter$1(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return __awaiter$1(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
const summary = _summary;

var __awaiter = ( false) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    issueCommand('add-mask', {}, secret);
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    return val.trim();
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    issueCommand('set-output', { name }, toCommandValue(value));
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return __awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}

/** The log of the job, in the words of `@actions/core`. */
const jobLog = {
    info: info,
    debug: debug,
    notice: (message) => {
        notice(message);
    },
    warning: (message) => {
        warning(message);
    },
    error: (message, title) => {
        error(message, title === undefined ? {} : { title });
    },
    group: group,
};
const jobReport = {
    output: setOutput,
    mask: setSecret,
    summary: async (markdown) => {
        try {
            await summary.addRaw(markdown, true).addEOL().write();
        }
        catch (error) {
            // A summary that cannot be written, as on a runner without them, is no reason to fail.
            info(`The job summary could not be written: ${String(error)}`);
        }
    },
};
const stepState = { save: saveState, read: getState };
/** The text of an input; GitHub leaves blanks around what YAML folds. */
const inputText = (name) => getInput(name);
/** Ends the step as failed, with this as its annotation. */
const failStep = (message) => {
    setFailed(message);
};



;// CONCATENATED MODULE: ./build/js/host/run-context.js

/**
 * What GitHub says of this run, from the environment of the step (GitHub Actions, "Default environment
 * variables") and the event's payload.
 *
 * @throws Error where we do not run as a step of a workflow
 */
function readRunContext(env) {
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const runId = Number(env['GITHUB_RUN_ID']);
    const runAttempt = Number(env['GITHUB_RUN_ATTEMPT']);
    if (!/^[^/]+\/[^/]+$/.test(repository) || !isCount(runId) || !isCount(runAttempt)) {
        throw new Error('This is no step of a GitHub workflow: GITHUB_REPOSITORY, GITHUB_RUN_ID and GITHUB_RUN_ATTEMPT must be set.');
    }
    const event = readEvent(env['GITHUB_EVENT_PATH']);
    return {
        repository,
        runId,
        runAttempt,
        eventName: env['GITHUB_EVENT_NAME'] ?? '',
        actor: env['GITHUB_ACTOR'] ?? '',
        stepId: env['GITHUB_ACTION'] ?? '',
        actionName: env['GITHUB_ACTION_REPOSITORY'] ?? '',
        serverUrl: env['GITHUB_SERVER_URL'] ?? 'https://github.com',
        isPublic: isPublic(event),
        isFork: isFork(event, repository),
    };
}
function isCount(value) {
    return Number.isSafeInteger(value) && value > 0;
}
function readEvent(path) {
    if (path === undefined)
        return {};
    try {
        const payload = JSON.parse((0,external_node_fs_.readFileSync)(path, 'utf8'));
        return typeof payload === 'object' && payload !== null ? payload : {};
    }
    catch {
        // The payload only spares a question to GitHub; without it we ask.
        return {};
    }
}
function isPublic({ repository }) {
    if (typeof repository?.visibility === 'string')
        return repository.visibility === 'public';
    return typeof repository?.private === 'boolean' ? !repository.private : undefined;
}
/** A head without a repository is one whose fork has been deleted. */
function isFork({ pull_request: pullRequest }, repository) {
    return pullRequest !== undefined && pullRequest.head?.repo?.full_name !== repository;
}

;// CONCATENATED MODULE: ./build/js/host/signals.js
/** How GitHub cancels a job: SIGINT first, SIGTERM after 7.5 s (actions/runner, ProcessInvoker). */
const SIGNALS = ['SIGINT', 'SIGTERM'];
/** Ends the process, with whatever is still being waited for. */
function leave() {
    process.exit();
}
/** Aborted by the first signal; with a handler in place Node goes on until we are done or killed. */
function catchSignals() {
    const controller = new AbortController();
    for (const signal of SIGNALS) {
        process.on(signal, () => {
            controller.abort();
        });
    }
    return controller.signal;
}

;// CONCATENATED MODULE: ./build/js/wiring.js









function wireJob(env) {
    const host = {
        clock: systemClock,
        random: systemRandom,
        log: jobLog,
        report: jobReport,
        state: stepState,
        cancellation: catchSignals(),
    };
    return {
        host,
        fail: failStep,
        leave: leave,
        input: (name) => inputText(name) || ambient(name, env),
        context: () => readRunContext(env),
        bootScript: () => readBootScript(process.argv[1] ?? ''),
        outside: (region) => {
            const { repository } = readRunContext(env);
            return {
                host,
                ec2: createEc2(createAwsDoor(region), host),
                runners: createRunners(gitHubDoor(inputText('github-token')), repository, host),
                actions: createActions(gitHubDoor(inputText('actions-token') || inputText('github-token')), repository, host),
            };
        },
    };
}
/** What the AWS tools read where a region is not given. */
function ambient(name, env) {
    return name === 'aws-region' ? (env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '') : '';
}
/** octokit is loaded with the first request. */
function gitHubDoor(token) {
    let door;
    return async (route, parameters) => {
        door ??= Promise.all(/* import() */[__nccwpck_require__.e(413), __nccwpck_require__.e(848)]).then(__nccwpck_require__.bind(__nccwpck_require__, 1848)).then(({ createRequest }) => createRequest(token));
        return (await door)(route, parameters);
    };
}

;// CONCATENATED MODULE: ./build/js/main.js









/** Reads the inputs and plays the flow of the mode; whatever it throws ends the step with its sentence. */
async function main() {
    const job = wireJob(process.env);
    try {
        await play(job, process.env['EC2_SPOT_RUNNER_PHASE'] === 'post');
    }
    catch (error) {
        job.host.log.debug(error instanceof Error ? (error.stack ?? '') : '');
        job.fail(messageOf(error));
    }
    if (job.host.cancellation.aborted)
        job.leave();
}
async function play(job, isPost) {
    // Wrong inputs have been told already, and a start that never began has left nothing.
    if (isPost && readProgress(job.host.state) === undefined)
        return;
    const bootScript = job.bootScript();
    const request = readInputs(job.input, bootScript);
    const context = job.context();
    const githubToken = job.input('github-token');
    const outside = job.outside(request['aws-region']);
    if (request.mode === 'start') {
        await (isPost ? undo(outside, request, context) : start(outside, request, { context, githubToken, bootScript }));
        return;
    }
    if (githubToken === '')
        throw new Error(missingToken(context));
    await (request.mode === 'stop' ? stop(outside, request, context) : sweep(outside, request, context));
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId].call(module.exports, module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(678);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
