process.env['EC2_SPOT_RUNNER_PHASE'] = 'post';
await import("./index.js");
export {};
